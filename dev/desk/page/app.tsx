import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Controls } from './controls/controls.tsx';
import { type Look, useLook } from './controls/look.tsx';
import { type Feed, keyOf } from './feed.ts';
import { Inspector } from './inspector/inspector.tsx';
import { Speaking, useChosenLanguage, useSay } from './language.tsx';
import { Room } from './room/room.tsx';
import type { RoomItem } from './room/room-items.ts';
import { type Part, Tabs } from './tabs.tsx';
import { TellingFoot, useTell } from './tell.tsx';
import { texts } from './texts.ts';
import { useFeed } from './use-feed.ts';

/** The whole page of the desk. */
export function App() {
  const [language, chooseLanguage] = useChosenLanguage();
  const look = useLook(language, chooseLanguage);
  return (
    <Speaking language={language}>
      <TellingFoot>
        <Desk look={look} />
      </TellingFoot>
    </Speaking>
  );
}

function Desk({ look }: { readonly look: Look }) {
  const feed = useFeed();
  const say = useSay();
  const [part, setPart] = useState<Part>('room');
  const { opened, sought, toggle, seek } = useOpened();
  const inspect = useCallback(
    (item: RoomItem) => {
      setPart('inspector');
      seek(keyOf(item.exchange));
    },
    [seek],
  );
  useReturn(feed);
  const { state } = feed;
  if (state === undefined) return <Connecting feed={feed} />;
  const showsImages = new URLSearchParams(location.search).has('images');
  return (
    <main class="desk" data-part={part}>
      <h1 class="unseen">{say(texts.title)}</h1>
      {feed.connection === 'lost' && (
        <p class="lost-desk" role="alert">
          {say(texts.lost)}
        </p>
      )}
      <Tabs part={part} onChoose={setPart} />
      <section class="panel controls" id="controls" aria-label={say(texts.controls)}>
        <Controls state={state} look={look} />
      </section>
      <Room feed={feed} state={state} showsImages={showsImages} onInspect={inspect} />
      <section class="panel inspector" id="inspector" aria-label={say(texts.inspector)}>
        <Inspector feed={feed} opened={opened} sought={sought} onToggle={toggle} />
      </section>
    </main>
  );
}

/** Tells that the desk is there again, after it was lost. */
function useReturn({ connection }: Feed): void {
  const tell = useTell();
  const before = useRef(connection);
  useEffect(() => {
    if (before.current === 'lost' && connection === 'open') tell(texts.back);
    before.current = connection;
  }, [connection, tell]);
}

function Connecting({ feed }: { readonly feed: Feed }) {
  const say = useSay();
  return (
    <main class="connecting">
      <p role="status">{say(feed.connection === 'lost' ? texts.lost : texts.connecting)}</p>
    </main>
  );
}

/** The exchanges that are opened in the inspector, and the one that was last asked for. */
function useOpened() {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [sought, setSought] = useState<{ readonly key: string }>();
  const toggle = useCallback((key: string) => {
    setOpened(before => {
      const after = new Set(before);
      if (!after.delete(key)) after.add(key);
      return after;
    });
  }, []);
  const seek = useCallback((key: string) => {
    setOpened(before => new Set([...before, key]));
    setSought({ key });
  }, []);
  return { opened, sought, toggle, seek };
}
