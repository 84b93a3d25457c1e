/** A part of what a model says, whatever its client calls it. */
export type SourcePart =
  /** Words, which go on where those before them ended. */
  | { readonly kind: 'text'; readonly text: string }
  /** A tool that the model asks for and that its client did not run: it waits for us. */
  | { readonly kind: 'tool-call'; readonly id: string; readonly name: string; readonly input: unknown }
  /** The result of a tool that its client did run. */
  | { readonly kind: 'tool-result'; readonly name: string; readonly output: unknown }
  /** A page that the model names as its source. */
  | { readonly kind: 'link'; readonly url: string; readonly title?: string | undefined }
  /** The tokens of the whole source so far: the last one told counts. */
  | { readonly kind: 'usage'; readonly input: number; readonly output: number }
  /** Why the model stopped. */
  | { readonly kind: 'end'; readonly reason: 'stop' | 'length' | 'tool' | 'refused' | 'other' };

/** Words or pictures of a message, in the AI SDK's form. */
export type ChatPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly image: URL | Uint8Array; readonly mediaType?: string };

/** One message of a talk, in the AI SDK's form: what `streamText({ messages })` takes, whose lists are not read-only. */
export type ChatMessage =
  | { readonly role: 'user'; readonly content: string | ChatPart[] }
  | { readonly role: 'assistant'; readonly content: string };
