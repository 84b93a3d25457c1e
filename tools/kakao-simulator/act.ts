/** Something that a user does in a room, or a developer in Kakao's consoles. */
export type Act =
  | { readonly kind: 'says'; readonly text: string }
  /** Taps something of an answer that was shown. */
  | { readonly kind: 'taps'; readonly at: TappedPlace }
  /** `url` is where the bot finds the file, as Kakao's would be on its own servers. */
  | { readonly kind: 'sends'; readonly media: Media; readonly url: string }
  /** Comes into the room: Open Builder's 웰컴 블록; smart-chat's home keyboard. */
  | { readonly kind: 'enters' }
  | ({ readonly kind: 'calls-block' } & BlockCall)
  /** Gives a plugin of a block what it asks for; the block is called with the result as its parameter. */
  | ({ readonly kind: 'uses-plugin'; readonly plugin: Plugin; readonly param: string } & BlockCall)
  /** Types a value for a parameter that the bot validates: Open Builder's 파라미터 검증 API. */
  | { readonly kind: 'fills'; readonly param: string; readonly value: string }
  /** Another server sends an event by the Event API, whose block has the skill. */
  | {
      readonly kind: 'gets-event';
      readonly name: string;
      /** For the block's own texts: no skill is told. */
      readonly data?: Params;
      readonly params?: Params;
      /** Of the user: they stand beside the user's keys. */
      readonly properties?: Params;
    }
  | { readonly kind: 'adds-friend' }
  | { readonly kind: 'blocks-friend' }
  | { readonly kind: 'leaves' };

/** A file's kind; Open Builder tells a bot of photos alone. */
export type Media = 'photo' | 'video' | 'audio';

/** A plugin that a block's parameter may have. */
export type Plugin = 'profile' | 'location' | 'secure-image';

/** Values by their names. */
export type Params = Readonly<Record<string, string>>;

/** A block of the 챗봇 관리자센터, and what its call brings along. */
export interface BlockCall {
  readonly block: string;
  /** Made of its name, unless given. */
  readonly blockId?: string;
  /** The words that led to it. Default: the block's name. */
  readonly utterance?: string;
  readonly params?: Params;
}

/** A place in an answer that can be tapped. */
export interface TappedPlace {
  /** The exchange whose answer shows it. */
  readonly exchange: string;
  /** Whether it stands in what came by its callback, and not in the first answer. */
  readonly isLate?: boolean;
  /** Such as `template.quickReplies[0]` or `keyboard.buttons[2]`. */
  readonly path: string;
}
