import { useCallback, useState } from 'preact/hooks';
import { Speaking, useChosenLanguage, useSay } from './language.tsx';
import { Room } from './room/room.tsx';
import type { RoomItem } from './room/room-items.ts';
import { TellingFoot } from './tell.tsx';
import { texts } from './texts.ts';
import { useFeed } from './use-feed.ts';

/** The whole page of the desk. */
export function App() {
  const [language] = useChosenLanguage();
  return (
    <Speaking language={language}>
      <TellingFoot>
        <Desk />
      </TellingFoot>
    </Speaking>
  );
}

function Desk() {
  const feed = useFeed();
  const say = useSay();
  const [, setInspected] = useState<string>();
  const inspect = useCallback((item: RoomItem) => setInspected(item.exchange.id), []);
  const { state } = feed;
  if (state === undefined) return <p class="connecting">{say(texts.connecting)}</p>;
  const showsImages = new URLSearchParams(location.search).has('images');
  return (
    <main class="desk">
      <Room feed={feed} state={state} showsImages={showsImages} onInspect={inspect} />
    </main>
  );
}
