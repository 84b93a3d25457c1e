import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { httpEvent } from '../test/kit/http.ts';

/** The gateway's secret in every run of the bench: as long as those that the stack makes. */
export const BENCH_SECRET = 'bench-secret-of-forty-letters-0123456789';

/** One of the things a user does, over and over. */
export interface Call {
  readonly protocol: 'open-builder' | 'smart-chat';
  readonly utterance: string;
  /** A part of the answer that only the rule's own has: an apology is no turn. */
  readonly says: string;
}

/** Something said to Open Builder. */
export const skill = (utterance: string, says: string): Call => ({
  protocol: 'open-builder',
  utterance,
  says,
});

/** Something said to smart-chat. */
export const smartChat = (utterance: string, says: string): Call => ({
  protocol: 'smart-chat',
  utterance,
  says,
});

/** The sample as it was sent, of a live channel: 1.3 KB. */
const SAMPLE = JSON.parse(
  readFileSync(
    join(
      process.env.BENCH_ROOT ?? join(import.meta.dirname, '..'),
      'test/samples/open-builder/requests/14-live-flow-quickreply-message-2025.json',
    ),
    'utf8',
  ),
);

/** The body of an Open Builder call. */
export function skillBody(utterance: string, plusfriendUserKey: string): string {
  const { userRequest } = SAMPLE;
  const { user } = userRequest;
  const properties = { ...user.properties, plusfriendUserKey, plusfriend_user_key: plusfriendUserKey };
  return JSON.stringify({
    ...SAMPLE,
    userRequest: { ...userRequest, utterance, user: { ...user, properties } },
  });
}

/** The event of one call, received now. */
export function eventOf({ protocol, utterance }: Call, user: string, id: string): APIGatewayProxyEventV2 {
  const receivedAt = Date.now();
  if (protocol === 'smart-chat') {
    const body = JSON.stringify({ user_key: user, type: 'text', content: utterance });
    return httpEvent({ method: 'POST', path: `/smart-chat/${BENCH_SECRET}/message`, body, receivedAt });
  }
  const headers = {
    'accept-encoding': 'gzip,deflate',
    'content-length': '1312',
    'user-agent': 'AHC/2.1',
    'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793',
    'x-chappie-footprint': `chp-${id}`,
    'x-forwarded-for': '219.249.231.40',
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
    'x-gateway-secret': BENCH_SECRET,
    'x-request-id': `chp-${id}`,
  };
  const body = skillBody(utterance, user);
  return httpEvent({ method: 'POST', path: '/open-builder/skill', headers, body, receivedAt });
}
