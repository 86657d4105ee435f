import { shellWord } from "./entries.ts";

export interface WorkflowOptions {
  /** Networks and feeds: never the newsletter, whose ledger dies with the runner. */
  readonly channels: readonly string[];
  /** `${NAME}` that the configuration of these channels needs. */
  readonly secrets: readonly string[];
  /** IANA. */
  readonly timezone: string;
  /** Of this pressrun. */
  readonly version: string;
  /** Of the configuration, relative to the repository's top. */
  readonly config: string;
}

/**
 * A workflow for GitHub Actions. Its cron is late around the full hour, and drops runs there
 * (https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule): hence the
 * minutes. What was published is committed, so that the next runner knows it.
 */
export function github({ channels, secrets, timezone, version, config }: WorkflowOptions): string {
  const quoted = (text: string) => JSON.stringify(text);
  const env = secrets.map((name) => `          ${name}: \${{ secrets.${name} }}`);
  return `# Save as .github/workflows/pressrun.yml
# Posts and feeds only: a runner that dies would take the newsletter's ledger with it, so mail is sent elsewhere.
# Articles with publish_at go out here. A queue needs a ledger that stays, and GitHub stops this after 60 idle days.
name: pressrun
on:
  schedule:
    - cron: "7,22,37,52 * * * *"
  workflow_dispatch:
permissions:
  contents: write
concurrency:
  group: pressrun
  cancel-in-progress: false
jobs:
  due:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    env:
      TZ: ${quoted(timezone)}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - name: Publish what is due
        run: |
          npx --yes pressrun@${version} due --config ${shellWord(config)} --only ${shellWord(channels.join(","))}
${env.length > 0 ? `        env:\n${env.join("\n")}\n` : ""}      - name: Keep what was published
        if: always()
        run: |
          git ls-files -zmo --exclude-standard -- '*published.jsonl' | xargs -0r git add --
          git diff --cached --quiet && exit 0
          git config user.name pressrun
          git config user.email pressrun@users.noreply.github.com
          git commit -m "Published"
          # Of lines that two runs added, both stay.
          echo '*published.jsonl merge=union' >> .git/info/attributes
          for try in 1 2 3 4 5; do
            git push && exit 0
            git pull --rebase || exit 1
          done
          exit 1`;
}
