import type { Exchange } from '../../desk-api.ts';
import type { Tap } from '../draw/props.ts';
import { SkillBubbles } from '../draw/skill-bubbles.tsx';
import { SmartChatBubble } from '../draw/smart-chat-bubble.tsx';
import { TextBubble } from '../draw/text-bubble.tsx';
import { useLanguage, useSay } from '../language.tsx';
import { texts } from '../texts.ts';

/** A user's text, or the words that Kakao shows while a callback is awaited. */
export function SaidBubble(props: {
  readonly text: string;
  readonly side: 'user' | 'channel';
  readonly hasTail: boolean;
}) {
  return <TextBubble {...props} language={useLanguage()} />;
}

/** The bubbles of an answer, whichever protocol brought it. */
export function AnswerBubbles(props: {
  readonly scene: Exchange['scene'];
  readonly answer: unknown;
  readonly violations: Exchange['violations'];
  readonly showsImages: boolean;
  readonly onTap?: (tap: Tap) => void;
}) {
  const { scene, ...drawn } = props;
  const language = useLanguage();
  return scene.protocol === 'open-builder' ? (
    <SkillBubbles {...drawn} language={language} room={scene.room.kind} users={[scene.user]} />
  ) : (
    <SmartChatBubble {...drawn} language={language} />
  );
}

/** A file that a user sent: a picture that lies on the desk is shown, and nothing is fetched from elsewhere. */
export function SentFile({ media, url }: { readonly media: string; readonly url: string }) {
  const say = useSay();
  const path = URL.canParse(url) ? new URL(url).pathname : '';
  if (media === 'photo' && path.startsWith('/desk/photos/'))
    return <img class="sent-photo" src={path} alt={say(texts.sentPhoto)} />;
  return (
    <p class="sent-file">
      <strong>{say(texts.media[media === 'video' || media === 'audio' ? media : 'photo'])}</strong>
      <span>{url}</span>
    </p>
  );
}
