/** The metrics that the functions write, by CloudWatch's embedded metric format; the stack's alarms and dashboard read them. */
export const METRICS = {
  namespace: 'KakaoGateway',
  /** Every metric has the dimension `Bot`; those of turns have `Bot` and `Protocol`, too. */
  turns: 'Turns',
  turnMs: 'TurnMs',
  deadlineMissed: 'DeadlineMissed',
  turnsFailed: 'TurnsFailed',
  validationsFailed: 'ValidationsFailed',
  turnsDeferred: 'TurnsDeferred',
  lateAnswered: 'LateAnswered',
  lateLost: 'LateLost',
  lateMs: 'LateMs',
  callbacksFailed: 'CallbacksFailed',
  answersRepaired: 'AnswersRepaired',
  answersShortened: 'AnswersShortened',
  sessionsCreated: 'SessionsCreated',
  sessionConflicts: 'SessionConflicts',
  busEventsLost: 'BusEventsLost',
} as const;
