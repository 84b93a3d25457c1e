/**
 * Stands in for the SDK's event streams in a deployed bundle: DynamoDB, SQS and Secrets Manager have none, and
 * the SDK loads them when it meets the first.
 */
export class EventStreamSerde {
  constructor() {
    throw new Error(
      'the bundle has no event streams: nothing in it looked to need them; name them where lib/bundle-needs.ts asks',
    );
  }
}

/** Stands in for their provider, which nothing calls. */
export const eventStreamSerdeProvider = undefined;
