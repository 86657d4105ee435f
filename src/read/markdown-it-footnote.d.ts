declare module "markdown-it-footnote" {
  const plugin: (parser: InstanceType<typeof import("markdown-it").default>) => void;
  // biome-ignore lint/style/noDefaultExport: that is how the package exports it
  export default plugin;
}
