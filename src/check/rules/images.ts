import { fromWebPath } from "../../model/web-path.ts";
import { type Hit, quote, type Rule } from "../rule.ts";
import type { Subject } from "../subject.ts";

interface Picture {
  readonly src: string;
  readonly alt: string | undefined;
  readonly width: string | undefined;
  readonly height: string | undefined;
}

function picturesIn({ page }: Subject): readonly Picture[] {
  return page("img")
    .get()
    .map(({ attribs }) => ({
      src: attribs.src ?? "",
      alt: attribs.alt,
      width: attribs.width,
      height: attribs.height,
    }));
}

function among(
  subject: Subject,
  isBad: (picture: Picture) => boolean,
  say: (picture: Picture) => Omit<Hit, "place">,
): readonly Hit[] {
  const bad = picturesIn(subject).filter(isBad);
  return bad.map((picture) => ({ ...say(picture), place: placeOf(picture, subject) }));
}

/** An embedded image has lost its own name; its description is still the article's. */
function placeOf({ src, alt }: Picture, { source, edition }: Subject) {
  const embedded = edition.newsletter.embedded.find(({ cid }) => src === `cid:${cid}`);
  const stem = embedded?.filename.replace(/-[0-9a-f]{6}\.\w+$/, "");
  return source.find(src, alt, fileName(src), stem);
}

const fileName = (src: string) =>
  src
    .replace(/[?#].*$/, "")
    .split("/")
    .at(-1) ?? "";

const isWeb = (src: string) => /^https?:\/\//i.test(src);
const isLogo = ({ alt }: Picture, { edition }: Subject) => alt === edition.publication.name;

/** "IMG_2034.jpg", "night-train", "DSC 0012": what cameras and screenshots are called. */
function isFileName(alt: string, src: string): boolean {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replace(/\.\w{2,4}$/, "")
      .replace(/[^a-z0-9]+/g, "");
  if (/\.(jpe?g|png|gif|webp|svg|avif|heic)$/i.test(alt.trim())) return true;
  if (/^(img|dsc|dscn|pict|image|photo|screenshot)[ _-]*\d*$/i.test(alt.trim())) return true;
  return !/\s/.test(alt.trim()) && plain(alt) !== "" && plain(alt) === plain(fileName(src));
}

const HEAVY_BYTES = 1_000_000;
/** Of all embedded images together. */
const HEAVY_MAIL_BYTES = 500_000;
/** Networks show a card at about 600 px, on screens of double density. */
const CARD_WIDTH = 600;
/** Cards are cut to 1.91:1. Beyond these, more than a third of the image is gone. */
const CARD_RATIO = { least: 1.25, most: 2.9 };

function cardHits({ edition, source }: Subject): readonly Hit[] {
  const thumbnails = [...edition.posts.values()].flatMap(({ card }) => card?.thumbnail ?? []);
  const [thumbnail] = thumbnails;
  if (thumbnail === undefined) return [];
  const { width, height } = thumbnail;
  const place = source.key("image");
  const ratio = width / height;
  const small: Hit = {
    message: `The image is ${width} × ${height} pixels: too small for a link card.`,
    next: `Use one that is at least ${CARD_WIDTH} pixels wide, better 1200.`,
    place,
  };
  const cut: Hit = {
    message: `The image is ${width} × ${height} pixels: link cards show about half as high as wide and cut the rest off.`,
    next: "Use one of about 1200 × 630.",
    place,
  };
  return [
    ...(width < CARD_WIDTH ? [small] : []),
    ...(ratio < CARD_RATIO.least || ratio > CARD_RATIO.most ? [cut] : []),
  ];
}

function undescribed({ edition, body, source }: Subject): readonly Hit[] {
  const { image } = edition.article;
  const hit = (src: string, next: string, place: Hit["place"]): Hit => ({
    message: `The image ${quote(src)} has no description.`,
    next,
    place,
  });
  const inBody = body("img")
    .get()
    .filter(({ attribs }) => (attribs.alt ?? "").trim() === "")
    .map(({ attribs: { src = "" } }) =>
      hit(
        src,
        "Write what it shows: ![a red train at night](…).",
        source.find(`![](${src}`, src, fromWebPath(src)),
      ),
    );
  const isBare = image !== undefined && image.alt.trim() === "";
  return isBare ? [hit(image.src, "Add `alt: …` to it.", source.key("image")), ...inBody] : inBody;
}

export const IMAGE_RULES: readonly Rule[] = [
  {
    id: "image-alt-missing",
    severity: "error",
    part: "image",
    what: "an image without an alt attribute",
    why: "WCAG 2.2, 1.1.1: screen readers read out its file name instead.",
    find: (subject) =>
      among(
        subject,
        ({ alt }) => alt === undefined,
        ({ src }) => ({
          message: `The image ${quote(src)} has no alt attribute.`,
          next: 'Add alt="…" to it, or alt="" if it only decorates.',
        }),
      ),
  },
  {
    id: "image-alt-empty",
    severity: "warning",
    part: "image",
    what: "an image of the article without a description",
    why: "WCAG 2.2, 1.1.1; and many mail programs show the alt text until the reader asks for images.",
    notices: ["missing-alt"],
    find: undescribed,
  },
  {
    id: "image-alt-file-name",
    severity: "warning",
    part: "image",
    what: "an image described by its file name",
    why: "WCAG 2.2, 1.1.1, failure F30: a file name describes nothing.",
    find: (subject) =>
      among(
        subject,
        (picture) => !isLogo(picture, subject) && isFileName(picture.alt ?? "", picture.src),
        ({ alt = "" }) => ({
          message: `${quote(alt)} is a file name, not a description.`,
          next: "Write what the image shows.",
        }),
      ),
  },
  {
    id: "image-address",
    severity: "error",
    part: "image",
    what: "an image whose address is neither https://, http:// nor a cid: of this mail",
    why: "A mail has no folder: the image cannot be shown (RFC 2392).",
    find: (subject) => {
      const embedded = new Set(subject.edition.newsletter.embedded.map(({ cid }) => `cid:${cid}`));
      return among(
        subject,
        ({ src }) => !isWeb(src) && !embedded.has(src),
        ({ src }) => ({
          message: `The image ${quote(src)} is not to be had in a mail.`,
          next: "Use a whole https:// address, or a file of the publication.",
        }),
      );
    },
  },
  {
    id: "image-http",
    severity: "warning",
    part: "image",
    what: "an image by http://",
    why: "Mail programs on the web show no mixed content (W3C Mixed Content).",
    find: (subject) =>
      among(
        subject,
        ({ src }) => /^http:\/\//i.test(src),
        ({ src }) => ({
          message: `The image ${quote(src)} is not loaded encrypted.`,
          next: "Use its https:// address.",
        }),
      ),
  },
  {
    id: "image-width",
    severity: "error",
    part: "image",
    what: "an image without a width attribute",
    why: "Outlook for Windows knows no max-width and shows it in its full size, wider than the screen.",
    find: (subject) =>
      among(
        subject,
        ({ width }) => !/^\d+(px|%)?$/.test(width ?? ""),
        ({ src }) => ({
          message: `The image ${quote(src)} has no width.`,
          next: 'Add width="…" in pixels to it in the template.',
        }),
      ),
  },
  {
    id: "image-tracking",
    severity: "warning",
    part: "image",
    what: "an image of one pixel",
    why: "It is how readers are tracked: Apple Mail and others block it, and consent may be needed (ePrivacy Directive, 5(3)).",
    find: (subject) =>
      among(
        subject,
        ({ width, height }) => /^[01](px)?$/.test(width ?? "") && /^[01](px)?$/.test(height ?? "1"),
        ({ src }) => ({ message: `The image ${quote(src)} is one pixel in size.`, next: "Take it out." }),
      ),
  },
  {
    id: "image-heavy",
    severity: "warning",
    part: "image",
    what: "an image of more than 1 MB",
    why: "It takes seconds on a phone, and data volume that readers pay for.",
    find: ({ context, source }) =>
      context.images
        .filter(({ bytes }) => bytes > HEAVY_BYTES)
        .map(({ src, bytes }) => ({
          message: `The image ${quote(src)} has ${(bytes / 1e6).toFixed(1)} MB.`,
          next: "Save it smaller: 1200 pixels wide and JPEG or WebP is enough.",
          place: source.find(src, fileName(src)),
        })),
  },
  {
    id: "image-embedded-heavy",
    severity: "warning",
    part: "image",
    what: "embedded images of more than 500 kB together",
    why: "They travel to every reader and stay in every mailbox.",
    notices: ["heavy-images"],
    find: ({ edition }) => {
      const total = edition.newsletter.embedded.reduce((sum, { bytes }) => sum + bytes.length, 0);
      if (total <= HEAVY_MAIL_BYTES) return [];
      return [
        {
          message: `The images add ${Math.round(total / 1000)} kB to every mail.`,
          next: "Set publication.images_url, or use smaller files.",
        },
      ];
    },
  },
  {
    id: "image-card-size",
    severity: "warning",
    part: "image",
    what: "an image that is too small, too tall or too wide for a link card",
    why: "Networks show cards 1.91:1 (1200 × 630, ogp.me and the networks' own pages) and cut off the rest.",
    find: cardHits,
  },
];
