declare module "markdown-it-footnote" {
  const plugin: (parser: InstanceType<typeof import("markdown-it").default>) => void;
  export default plugin;
}
