import { useEffect, useState } from 'preact/hooks';
import type { Exchange } from '../../desk-api.ts';
import { useLanguage, useSay } from '../language.tsx';
import { texts } from '../texts.ts';
import { lengthOf, secondOf } from '../times.ts';
import { secondsLeft } from './exchange-facts.ts';
import { JsonTree } from './json-tree.tsx';
import { Violations } from './violations.tsx';

type Callback = NonNullable<Exchange['callback']>;

/** The life of a callback URL: awaited, posted to, taken or refused, expired. */
export function CallbackStory({
  callback,
  isDeferred,
}: {
  readonly callback: Callback;
  readonly isDeferred: boolean;
}) {
  const say = useSay();
  const language = useLanguage();
  const { state, expiresAt, posts } = callback;
  return (
    <ol class="callback">
      <li>{say(isDeferred ? texts.deferred : texts.callbackUnused)}</li>
      {posts.map((post, at) => (
        <li key={`${at} ${post.at}`} class={post.isTaken ? 'good' : 'lost'}>
          <p>
            <strong>
              {secondOf(post.at)} · {lengthOf(post.ms, language)} ·{' '}
              {say(post.isTaken ? texts.taken : texts.refused)}
            </strong>{' '}
            <code>{post.message}</code>
          </p>
          <Violations violations={post.violations} />
          {post.json !== undefined && <JsonTree value={post.json} violations={post.violations} />}
        </li>
      ))}
      {state === 'open' && isDeferred && <Countdown expiresAt={expiresAt} />}
      {state === 'expired' && isDeferred && (
        <li class="lost">
          {say(posts.length > 0 ? texts.callbackSpent : texts.callbackOver(secondOf(expiresAt)))}
        </li>
      )}
    </ol>
  );
}

function Countdown({ expiresAt }: { readonly expiresAt: number }) {
  const say = useSay();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return <li class="late">{say(texts.secondsLeft(secondsLeft(expiresAt, now)))}</li>;
}
