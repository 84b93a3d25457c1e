import type { GatewaySecret, StoredSecret } from '../aws/gateway-secret.ts';
import { type HttpHandler, httpHandler, type JsonRequest } from '../aws/http.ts';
import type { Notice } from '../bot/notice.ts';
import { channelUserOf, type UserKey } from '../bot/user.ts';
import { InvalidRequestError } from '../errors.ts';
import { parseChannelWebhook, parseUnlinkWebhook } from '../kakao-developers/parse.ts';
import type { Aliases } from '../turn/aliases.ts';
import { forgetAppUser } from '../turn/forget-user.ts';
import type { Gateway } from './deployment.ts';
import { findMeantRoute } from './meant-route.ts';
import type { ServicesOf } from './services.ts';
import { takeNotice } from './take-notice.ts';

/** A gateway that Kakao Developers tells of what users did outside the bot. */
export interface WebhookGateway<S> extends Gateway<S> {
  /** Names users, and is shown by nobody here: a secret that is stored must be asked whether it was rotated. */
  readonly secret: GatewaySecret & Partial<Pick<StoredSecret, 'keepFresh'>>;
  readonly aliases: Aliases;
  /** Knows the app's primary admin key, which each webhook shows. */
  readonly adminKey: Pick<GatewaySecret, 'accepts'>;
  /** The app's id; absent where an unlink webhook of any app with this key is taken. */
  readonly appId?: string | undefined;
  /** The profile id of the bot's channel; absent where the app has no other. */
  readonly channelPublicId?: string | undefined;
}

/** The name of Kakao Developers in the log. */
const NAME = 'kakao-developers';

/**
 * Serves the webhooks of Kakao Developers with this bot. Repeated ones do no harm: what is erased stays so, and the bot
 * knows that it may be told twice. What fails here is a 500: a 200 would say that it is done.
 */
export function webhooksHandler<S>(gateway: WebhookGateway<S>): HttpHandler {
  const { secret, adminKey, log } = gateway;
  const unlink = {
    secret: 'admin-key',
    takesForm: true,
    serve: async (request: JsonRequest) => {
      await secret.keepFresh?.();
      return takeUnlink(gateway, request);
    },
  } as const;
  const services: ServicesOf<'webhooks'> = {
    'POST /webhooks/channel': {
      secret: 'admin-key',
      serve: async request => {
        await secret.keepFresh?.();
        return takeChannel(gateway, request);
      },
    },
    'GET /webhooks/unlink': unlink,
    'POST /webhooks/unlink': unlink,
  };
  return httpHandler(services, { secret, adminKey, log, redirect: findMeantRoute });
}

/** The answer to a webhook, which nobody reads. */
const TAKEN = {};

async function takeChannel<S>(
  gateway: WebhookGateway<S>,
  { body, receivedAt }: JsonRequest,
): Promise<unknown> {
  const { kind, appUserId, channelPublicId } = parseChannelWebhook(body);
  const { aliases, log, channelPublicId: own } = gateway;
  if (own !== undefined && channelPublicId !== own) {
    log({ level: 'info', what: 'notice of another channel', protocol: NAME, outcome: kind });
    return TAKEN;
  }
  const all = appUserId === undefined ? [] : await aliases.load(appUserId);
  // The same user's sessions with the development channel, or in a group room, are none of this channel's.
  const keys = all.filter(key => channelUserOf(key)?.channelKind === 'live');
  await takeNotice(gateway, NAME, noticeOf(kind, appUserId, keys), receivedAt);
  return TAKEN;
}

async function takeUnlink<S>(
  gateway: WebhookGateway<S>,
  { body, receivedAt }: JsonRequest,
): Promise<unknown> {
  const { appUserId, appId } = parseUnlinkWebhook(body);
  if (gateway.appId !== undefined && appId !== gateway.appId) {
    throw new InvalidRequestError('app_id', 'the id of the app that the setting appId names');
  }
  const keys = await gateway.aliases.load(appUserId);
  await takeNotice(gateway, NAME, noticeOf('unlinked', appUserId, keys), receivedAt, () =>
    forgetAppUser(gateway, appUserId, keys),
  );
  return TAKEN;
}

/** The notice about a user of whom these keys are known: the one of the channel that everybody talks to goes first. */
function noticeOf(kind: Notice['kind'], appUserId: string | undefined, unsorted: readonly UserKey[]): Notice {
  if (appUserId === undefined) return { kind };
  const isLive = (one: UserKey): boolean => channelUserOf(one)?.channelKind === 'live';
  const keys = unsorted.toSorted((one, other) => Number(isLive(other)) - Number(isLive(one)));
  const [key] = keys;
  const isFriend = kind === 'friend-added';
  if (key === undefined) return { kind, user: { appUserId, channelKind: 'live', isFriend } };
  const { channelKind = key.startsWith('dev/') ? 'dev' : 'live', ...channel } = channelUserOf(key) ?? {};
  return { kind, user: { key, appUserId, channelKind, isFriend, ...channel }, keys };
}
