import { ENVIRONMENT } from '../lambda/aws/environment.ts';
import type { FunctionName, GatewayFunction } from './gateway-function.ts';
import { type AppKeySecret, grantAdminKey } from './secrets.ts';

/** The settings of the webhooks of Kakao Developers. */
export interface WebhookSettings {
  /**
   * The primary admin key (대표 어드민 키) of the Kakao Developers app behind the bot, as plain text: for the webhooks that
   * tell who added or blocked the channel, and who left the app.
   * @default none: then there are no webhooks, and no aliases are kept for them
   */
  readonly adminKeySecret?: AppKeySecret | undefined;
  /**
   * The app's id: an unlink webhook of another app is refused.
   * @default none: the admin key alone tells the app
   */
  readonly appId?: string | undefined;
  /**
   * The profile id of the bot's channel, as in `pf.kakao.com/_ZeUTxl`: webhooks of the app's other channels are nothing to
   * the bot.
   * @default none: the app has no other channel
   */
  readonly channelPublicId?: string | undefined;
}

/** Whether a function keeps the aliases by which a webhook knows whom it is about: those that take turns do. */
export function keepsAliases(handler: FunctionName, { adminKeySecret }: WebhookSettings): boolean {
  return adminKeySecret !== undefined && (handler === 'open-builder' || handler === 'smart-chat');
}

/**
 * Adds the function that Kakao Developers calls, where its key is known.
 * @param make makes the function, which may read and erase sessions
 */
export function addWebhooks(
  { adminKeySecret, appId, channelPublicId }: WebhookSettings,
  make: () => GatewayFunction,
): GatewayFunction | undefined {
  if (adminKeySecret === undefined) return undefined;
  const webhooks = make();
  grantAdminKey(webhooks, adminKeySecret);
  if (appId !== undefined) webhooks.addEnvironment(ENVIRONMENT.appId, appId);
  if (channelPublicId !== undefined) webhooks.addEnvironment(ENVIRONMENT.channelPublicId, channelPublicId);
  return webhooks;
}
