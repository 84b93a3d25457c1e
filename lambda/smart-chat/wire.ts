/**
 * The answer to `POST /message`.
 * @see https://github.com/plusfriend/auto_reply#6-object
 */
export interface MessageResponse {
  /** At least one of the three; a blank text shows no bubble, and the keyboard hangs on the bubble. */
  readonly message: {
    /** At most 1,000 characters; Kakao cuts the rest. */
    readonly text?: string;
    readonly photo?: Photo;
    readonly message_button?: MessageButton;
  };
  readonly keyboard: Keyboard;
}

/** The keys below the bubble: `buttons` replace the input line, `text` has none. Also the answer to `GET /keyboard`. */
export type Keyboard =
  | { readonly type: 'text' }
  /** One to a hundred labels; Kakao cuts the rest. A tap sends the label as the user's text. */
  | { readonly type: 'buttons'; readonly buttons: readonly string[] };

/** A public JPEG or PNG, best 720 × 630 and at most 500 KB; sizes that are no integers cost the whole answer. */
export interface Photo {
  readonly url: string;
  readonly width: number;
  readonly height: number;
}

/** The bubble's one link. */
export interface MessageButton {
  readonly label: string;
  readonly url: string;
}

/** The answer to everything that needs none: any 200 would do. */
export type Acknowledgement = Readonly<Record<string, never>>;
