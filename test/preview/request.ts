import { type IncomingHttpHeaders, request } from "node:http";
import { buffer } from "node:stream/consumers";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  text(): string;
  json(): any;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request as it stands: `path` is sent as written, dots and all, and so is any Host. */
export function ask(url: string, path = "", { method = "GET", headers = {} }: Asked = {}): Promise<Answer> {
  const { hostname, port, pathname } = new URL(url);
  const target = path.startsWith("/") ? path : pathname + path;
  return new Promise((resolve, reject) => {
    const asking = request({ hostname, port, path: target, method, headers, agent: false }, (response) => {
      buffer(response).then((body) => {
        const text = () => body.toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body,
          text,
          json: () => JSON.parse(text()),
        });
      }, reject);
    });
    asking.on("error", reject).end();
  });
}
