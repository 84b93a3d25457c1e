// The one door: a scenario imports from here alone, in another repository as 'kakao-gateway/bot'.
export { type AtMost, atMost, type OneTo, oneTo } from './at-most.ts';
export { Bot } from './bot.ts';
export type { BotArguments, BotOptions, StatelessBotOptions } from './bot-options.ts';
export type {
  BasicCard,
  Button,
  ButtonRow,
  Buttons,
  Carousel,
  CarouselHeader,
  CarouselItemCard,
  CarouselListCard,
  CommerceCard,
  CommerceProfile,
  Discount,
  Fact,
  ImageTitle,
  ItemCard,
  ItemProfile,
  ItemThumbnail,
  Link,
  ListCard,
  ListItem,
  Output,
  QuickReply,
  SimpleImage,
  SimpleText,
  SquareThumbnail,
  Summary,
  TextCard,
  Thumbnail,
  UniformItemCards,
} from './components.ts';
export type { TurnCounters } from './counters.ts';
export type { Deadline } from './deadline.ts';
export type {
  GroupButton,
  GroupButtonRow,
  GroupButtons,
  GroupListCard,
  GroupOutput,
  GroupText,
  Mention,
} from './group-components.ts';
export { type GrowingOptions, type GrowingRule, type Grown, growing, type Piece } from './growing.ts';
export type {
  ActiveContext,
  Arrival,
  Block,
  Extra,
  Group,
  Incoming,
  Knowledge,
  Media,
  MediaKind,
  Tester,
  Trigger,
  Utterance,
} from './incoming.ts';
export { plain } from './markdown.ts';
export type { Notice, NoticeHandler, NoticeKind } from './notice.ts';
export type { DateParam, MentionedUser, NumberParam, Otp, Params, SecureImages } from './params.ts';
export type {
  LocationResult,
  Place,
  PluginFailure,
  PluginFailureReason,
  Profile,
  ProfileResult,
} from './plugins.ts';
export { type RemoteBotOptions, type RemoteState, remoteBot } from './relay/remote-bot.ts';
export type { RemoteSecret, RemoteSecretSource } from './relay/remote-secret.ts';
export type { AppUrlSource } from './relay/smart-chat-app-url.ts';
export type { SmartChatMemory, SmartChatState } from './relay/smart-chat-memory.ts';
export { type SmartChatServerOptions, smartChatServer } from './relay/smart-chat-server.ts';
export {
  type Answer,
  type BlockData,
  type BlockDataAlone,
  basicCard,
  button,
  type ContextChange,
  carousel,
  commerceCard,
  type GroupReply,
  groupReply,
  image,
  itemCard,
  listCard,
  type Reply,
  reply,
  text,
  textCard,
} from './reply.ts';
export { type RoomSession, type RoomSessionOptions, roomSession } from './room-session.ts';
export type { Growth, MatchedRule, Steps } from './rule.ts';
export { secretText } from './secret-text.ts';
export type { SlowLimit, SlowOptions, SlowRule } from './slow-rule.ts';
export { type FittedText, fit } from './split-text.ts';
export type { StoredState } from './stored-state.ts';
export type { Texts } from './texts.ts';
export type { Handler, Turn } from './turn.ts';
export type { TurnRooms } from './turn-rooms.ts';
export type { ChannelKind, User, UserKey } from './user.ts';
export { ignored, invalid, type Validation, type Validator, type Verdict, valid } from './validation.ts';
export { won } from './won.ts';
