// As much of a browser's document as Preact draws into: enough to read what a page's part shows, without a browser.

/** A node of a document that is never seen. */
export class SmallNode {
  readonly nodeType: number;
  readonly localName: string;
  readonly namespaceURI = 'http://www.w3.org/1999/xhtml';
  readonly childNodes: SmallNode[] = [];
  readonly attributes = new Map<string, string>();
  readonly listeners = new Map<string, (happened: object) => void>();
  parentNode: SmallNode | null = null;
  data = '';
  readonly ownerDocument: SmallDocument;

  constructor(ownerDocument: SmallDocument, nodeType: number, localName: string) {
    this.ownerDocument = ownerDocument;
    this.nodeType = nodeType;
    this.localName = localName;
  }

  get firstChild(): SmallNode | null {
    return this.childNodes[0] ?? null;
  }

  get nextSibling(): SmallNode | null {
    const siblings = this.parentNode?.childNodes ?? [];
    return siblings[siblings.indexOf(this) + 1] ?? null;
  }

  /** Everything that is read in it. */
  get textContent(): string {
    return this.nodeType === 3 ? this.data : this.childNodes.map(child => child.textContent).join('');
  }

  insertBefore(node: SmallNode, before: SmallNode | null): SmallNode {
    node.remove();
    const at = before === null ? -1 : this.childNodes.indexOf(before);
    this.childNodes.splice(at < 0 ? this.childNodes.length : at, 0, node);
    node.parentNode = this;
    return node;
  }

  appendChild(node: SmallNode): SmallNode {
    return this.insertBefore(node, null);
  }

  removeChild(node: SmallNode): SmallNode {
    node.remove();
    return node;
  }

  remove(): void {
    const siblings = this.parentNode?.childNodes ?? [];
    if (siblings.includes(this)) siblings.splice(siblings.indexOf(this), 1);
    this.parentNode = null;
  }

  setAttribute(name: string, value: unknown): void {
    this.attributes.set(name, String(value));
  }

  removeAttribute(name: string): void {
    this.attributes.delete(name);
  }

  addEventListener(name: string, listener: (happened: object) => void): void {
    this.listeners.set(name, listener);
  }

  removeEventListener(name: string): void {
    this.listeners.delete(name);
  }

  querySelector(): null {
    return null;
  }

  /** Those in it, however deep, that have this name or, after a dot, this class. */
  all(wanted: string): readonly SmallNode[] {
    const [name = '', className] = wanted.split('.');
    const isWanted = (node: SmallNode): boolean =>
      (name === '' || node.localName === name) &&
      (className === undefined || (node.attributes.get('class') ?? '').split(' ').includes(className));
    return this.childNodes.flatMap(child => [...(isWanted(child) ? [child] : []), ...child.all(wanted)]);
  }

  /** A tap on it. */
  click(): void {
    const happened = { type: 'click', target: this, currentTarget: this };
    this.listeners.get('click')?.call(this, happened);
  }
}

/** The document of {@link SmallNode}s. */
export class SmallDocument {
  createElement(name: string): SmallNode {
    return new SmallNode(this, 1, name);
  }

  createElementNS(_: string, name: string): SmallNode {
    return new SmallNode(this, 1, name);
  }

  createTextNode(text: string): SmallNode {
    const node = new SmallNode(this, 3, '#text');
    node.data = text;
    return node;
  }
}
