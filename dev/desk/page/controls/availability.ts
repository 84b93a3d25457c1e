import type { Sentence } from '../../../../tools/language.ts';
import type { DeskState, Scene } from '../../desk-api.ts';
import { texts } from '../texts.ts';

/** A control that not every scene has a use for. */
export type ControlName =
  | 'caller'
  | 'group'
  | 'friend'
  | 'account'
  | 'friend-notices'
  | 'blocks'
  | 'validation'
  | 'callback-faults'
  | 'video-and-audio';

/** Why a control can't be used in this scene; absent where it can. */
export function whyNot(control: ControlName, scene: Scene): Sentence | undefined {
  const isSmartChat = scene.protocol === 'smart-chat';
  const isTester = scene.caller === 'bot-test' || scene.caller === 'skill-test';
  const isGroup = scene.room.kind === 'group';
  const { reasons } = texts;
  switch (control) {
    case 'caller':
      if (isSmartChat) return reasons.noCaller;
      return isGroup ? reasons.groupCaller : undefined;
    case 'group':
      return isSmartChat ? reasons.noGroups : undefined;
    case 'friend':
    case 'account':
      if (isSmartChat) return reasons.noProperties;
      // A group room's requests know the account, and no channel.
      if (isGroup && control === 'friend') return reasons.groupProperties;
      return isTester ? reasons.testerProperties : undefined;
    case 'friend-notices':
      return isSmartChat ? undefined : reasons.noNotices;
    case 'blocks':
    case 'validation':
      return isSmartChat ? reasons.noBlocks : undefined;
    case 'callback-faults':
      return isSmartChat ? reasons.noCallbacks : undefined;
    case 'video-and-audio':
      return isSmartChat ? undefined : reasons.photosAlone;
    default:
      return control satisfies never;
  }
}

/** Why a protocol can't be spoken with this bot; absent where it can. */
export function whyNotSpoken(
  protocol: Scene['protocol'],
  { target, scene }: DeskState,
): Sentence | undefined {
  if (!target.protocols.includes(protocol)) return texts.reasons.notGiven[protocol];
  return protocol === 'smart-chat' && scene.room.kind === 'group' ? texts.reasons.noGroups : undefined;
}

/** Whether the desk knows the bot's sessions: those of another's lie elsewhere. */
export function hasSessions({ target }: DeskState): boolean {
  return target.kind === 'gateway';
}
