/** An element of an XML text. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The elements of an XML text without comments and CDATA, in the order in which they begin. @throws Error where it is none */
export function elementsOf(xml: string): readonly XmlElement[] {
  const forbidden = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(xml);
  if (forbidden) throw new Error(`XML has no ${JSON.stringify(forbidden[0])}`);
  const elements: { name: string; attributes: Record<string, string>; text: string }[] = [];
  const open: (typeof elements)[number][] = [];
  let rest = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  while (rest !== '') {
    const [all = '', text, end, name = '', attributes = '', isEmpty] =
      /^(?:([^<]+)|<\/([\w-]+)>|<([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>)/.exec(rest) ?? [];
    if (all === '') throw new Error(`no XML: ${rest.slice(0, 40)}`);
    rest = rest.slice(all.length);
    const last = open.at(-1);
    if (text !== undefined) {
      if (last) last.text += decoded(text);
      else if (text.trim() !== '') throw new Error('a text stands outside');
    } else if (end !== undefined) {
      if (last?.name !== end) throw new Error(`</${end}> closes ${last?.name}`);
      open.pop();
    } else {
      if (last === undefined && elements.length > 0) throw new Error('there are two roots');
      const pairs = [...attributes.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
        key,
        decoded(value),
      ]);
      const element = { name, attributes: Object.fromEntries(pairs), text: '' };
      elements.push(element);
      if (isEmpty === '') open.push(element);
    }
  }
  if (open.length > 0) throw new Error(`${open.at(-1)?.name} is not closed`);
  return elements;
}

function decoded(text: string): string {
  return text.replace(/&(\w*);?/g, (all, name: string) => {
    const { [name]: found } = ENTITIES;
    if (found === undefined || !all.endsWith(';')) throw new Error(`no entity: ${all}`);
    return found;
  });
}
