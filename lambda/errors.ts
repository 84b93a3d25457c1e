/** Every failure this project names itself; `message` is one sentence for operators, in English. */
export class GatewayError extends Error {
  // Written out in each class: what a bundler minifies can't be read in a log.
  override readonly name: string = 'GatewayError';
  readonly #sentence: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.#sentence = message;
  }

  /** The sentence that an error of this project was made with, whatever became of its `message`; undefined for others. */
  static sentenceOf(error: object): string | undefined {
    return #sentence in error ? error.#sentence : undefined;
  }
}

/** The body is no Kakao request; `field` is the path of the first value that makes it so. */
export class InvalidRequestError extends GatewayError {
  override readonly name = 'InvalidRequestError';
  readonly field: string;

  /** @param expectation what Kakao sends there, as the end of the sentence "`field` must be …" */
  constructor(field: string, expectation: string) {
    super(`${field} must be ${expectation}`);
    this.field = field;
  }
}

/** Somebody else saved this user's session since it was loaded; the turn must run again on the fresh one. */
export class SessionConflictError extends GatewayError {
  override readonly name = 'SessionConflictError';

  constructor(options?: ErrorOptions) {
    super('the session was saved by another turn since it was loaded', options);
  }
}

/** A rule did not answer, or a conflict could not be settled, before Kakao's time was up; nothing was saved. */
export class DeadlineError extends GatewayError {
  override readonly name = 'DeadlineError';

  constructor(what: string, options?: ErrorOptions) {
    super(`${what} did not finish before the deadline`, options);
  }
}

/** The session has become larger than its store takes; the bot keeps too much in it. */
export class SessionTooLargeError extends GatewayError {
  override readonly name = 'SessionTooLargeError';

  constructor(bytes: number, maxBytes: number) {
    super(`the session has ${bytes} bytes and may have ${maxBytes}: keep less in turn.session`);
  }
}

/** A rule has put something into its state that JSON does not keep: the sentence tells where, and what to keep instead. */
export class SessionValueError extends GatewayError {
  override readonly name = 'SessionValueError';
  // Where it was found tells nothing of who put it there.
  override readonly stack = '';
}

/** A rule's answer has grown to more than is kept of it; what there is is the answer. */
export class AnswerTooLongError extends GatewayError {
  override readonly name = 'AnswerTooLongError';

  constructor(maxBytes: number, maxPieces: number) {
    super(
      `a growing answer may have ${maxBytes} bytes and ${maxPieces} pieces, and was ended there: end the rule's answer before`,
    );
  }
}

/** A room shares more than its store takes; the bot keeps too much in a room session. */
export class RoomTooLargeError extends GatewayError {
  override readonly name = 'RoomTooLargeError';

  constructor(roomSession: string, bytes: number, maxBytes: number) {
    super(
      `with the room session "${roomSession}" the room has ${bytes} bytes and may have ${maxBytes}: keep less in "${roomSession}"`,
    );
  }
}

/** A late turn is larger than its queue takes: its request holds what no request of Kakao's does. */
export class LateTurnTooLargeError extends GatewayError {
  override readonly name = 'LateTurnTooLargeError';

  constructor(bytes: number, maxBytes: number) {
    super(
      `the late turn has ${bytes} bytes and its queue takes ${maxBytes}: keep less in the parameters of its block and the extra of its button`,
    );
  }
}

/** A session, or a room's, was stored by a later release of the bot, which alone knows what it means; it is left as it is. */
export class SessionVersionError extends GatewayError {
  override readonly name = 'SessionVersionError';

  constructor(stored: number, own: number, what = 'session') {
    super(`the ${what} has version ${stored} and this bot knows ${own}: deploy the release that stored it`);
  }
}

/** A later release of the gateway stored it in a form that it alone can read; it is left as it is. */
export class NewerFormatError extends GatewayError {
  override readonly name = 'NewerFormatError';

  constructor(what: 'session' | 'late turn' | 'room session', stored: number, own: number) {
    super(
      `the ${what} has format ${stored} and this release knows ${own}: deploy the release that stored it, or a later one`,
    );
  }
}

/** The parts of the cloud that the gateway stands on. */
export const CLOUD_PARTS = [
  'sessions table',
  'late queue',
  'gateway secret',
  'secret of the REST API key',
  'secret of the admin key',
] as const;

/** A part of the cloud that the gateway stands on did not do its work; `part` names it for whoever looks after it. */
export class UnavailableError extends GatewayError {
  override readonly name = 'UnavailableError';
  readonly part: (typeof CLOUD_PARTS)[number];

  constructor(part: (typeof CLOUD_PARTS)[number], options?: ErrorOptions) {
    super(`the ${part} did not do its work`, options);
    this.part = part;
  }
}

/** A setting is missing or wrong; the message names it and says what to do. */
export class ConfigurationError extends GatewayError {
  override readonly name = 'ConfigurationError';
}

/** Kakao's Event API did not tell what it was asked; nothing was sent by the question. */
export class EventApiError extends GatewayError {
  override readonly name = 'EventApiError';

  /** @param answer as the end of the sentence */
  constructor(answer: string, options?: ErrorOptions) {
    super(`Kakao's Event API did not tell it: ${answer}`, options);
  }
}
