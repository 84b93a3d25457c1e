/** Something of a reply that a protocol, or a kind of room, can't show. */
export interface Loss {
  readonly what: Lost;
  /** Which of the reply's outputs, from 0; absent where it is of the whole reply. */
  readonly output?: number;
  /** Which card of that output's carousel, from 0. */
  readonly card?: number;
}

/** The kinds of loss; the words of a reply are never lost. */
export type Lost =
  /** A picture beside the one that can be shown. */
  | 'picture'
  /** That the cards stand side by side: they follow each other. */
  | 'swiping'
  /** That a tap dials: the number is told. */
  | 'dialling'
  /** The button that hands the room to a person: the user is told how to. */
  | 'operator-button'
  | 'share-button'
  /** A button or a quick reply beyond the number that can be shown. */
  | 'button'
  /** That the bubble may be passed on to friends. */
  | 'forwarding'
  | 'button-layout'
  /** The frame of a picture, or the side on which facts stand. */
  | 'alignment'
  /** A button that only a group room has. */
  | 'group-button'
  | 'ranking'
  | 'markdown'
  | 'mention'
  /** The data that the reply gave its block. */
  | 'data'
  | 'contexts';
