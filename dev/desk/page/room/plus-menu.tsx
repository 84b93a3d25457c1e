import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Sentence } from '../../../../tools/language.ts';
import { keepPhoto, sendAct } from '../desk-client.ts';
import { useSay } from '../language.tsx';
import { useAsk, useTell } from '../tell.tsx';
import { texts } from '../texts.ts';

type Media = 'photo' | 'video' | 'audio';

const MEDIA = ['photo', 'video', 'audio'] as const;

/** KakaoTalk's + menu: files that the user may send. */
export function PlusMenu({ whyPhotoAlone }: { readonly whyPhotoAlone: Sentence | undefined }) {
  const say = useSay();
  const picked = useRef<HTMLInputElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [asked, setAsked] = useState<'video' | 'audio'>();
  const sendPhoto = useSendPhoto();

  const close = useCallback((): void => {
    setOpen(false);
    setAsked(undefined);
  }, []);
  useLeaving(place, close, isOpen || asked !== undefined);
  const closeAndReturn = (): void => {
    close();
    opener.current?.focus();
  };
  const choose = (kind: Media): void => {
    if (kind === 'photo') picked.current?.click();
    else setAsked(kind);
    setOpen(false);
  };

  return (
    <div class="plus-menu" ref={place}>
      <button
        ref={opener}
        type="button"
        class="plus"
        aria-label={say(texts.more)}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M10 4v12M4 10h12" />
        </svg>
      </button>
      {isOpen && <MediaMenu whyPhotoAlone={whyPhotoAlone} onChoose={choose} onClose={closeAndReturn} />}
      {asked && <AddressForm media={asked} onClose={closeAndReturn} />}
      <input
        ref={picked}
        type="file"
        accept="image/*"
        class="unseen"
        tabIndex={-1}
        aria-label={say(texts.photoFile)}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          currentTarget.value = '';
          if (file) void sendPhoto(file);
        }}
      />
    </div>
  );
}

/** Closes what is open when somebody goes elsewhere, by a pointer or the keyboard. */
function useLeaving(
  place: { readonly current: HTMLElement | null },
  close: () => void,
  isOpen: boolean,
): void {
  useEffect(() => {
    if (!isOpen) return undefined;
    const look = ({ target }: Event): void => {
      if (target instanceof Node && !place.current?.contains(target)) close();
    };
    addEventListener('pointerdown', look);
    addEventListener('focusin', look);
    return () => {
      removeEventListener('pointerdown', look);
      removeEventListener('focusin', look);
    };
  }, [place, close, isOpen]);
}

/** Lays the picture where the bot finds it, and sends it. */
function useSendPhoto(): (file: File) => Promise<void> {
  const ask = useAsk();
  const tell = useTell();
  return async file => {
    const kept = await keepPhoto(file);
    if ('says' in kept) tell(kept.says);
    else await ask(sendAct({ kind: 'sends', media: 'photo', url: kept.url }));
  };
}

function MediaMenu(props: {
  readonly whyPhotoAlone: Sentence | undefined;
  readonly onChoose: (media: Media) => void;
  readonly onClose: () => void;
}) {
  const say = useSay();
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => menu.current?.querySelector('button')?.focus(), []);
  return (
    <div
      ref={menu}
      class="menu"
      role="menu"
      tabIndex={-1}
      aria-label={say(texts.more)}
      onKeyDown={key => {
        if (key.key === 'Escape') props.onClose();
        const step = key.key === 'ArrowDown' ? 1 : key.key === 'ArrowUp' ? -1 : 0;
        const items = [...(menu.current?.querySelectorAll('button') ?? [])];
        const at = items.indexOf(document.activeElement as HTMLButtonElement);
        if (step !== 0) {
          key.preventDefault();
          items.at((at + step) % items.length)?.focus();
        }
      }}
    >
      {MEDIA.map(kind => {
        const why = kind === 'photo' ? undefined : props.whyPhotoAlone;
        return (
          <button
            key={kind}
            type="button"
            role="menuitem"
            aria-disabled={why !== undefined}
            onClick={() => {
              if (why === undefined) props.onChoose(kind);
            }}
          >
            {say(texts[kind])}
            {why && <small>{say(why)}</small>}
          </button>
        );
      })}
    </div>
  );
}

function AddressForm(props: { readonly media: 'video' | 'audio'; readonly onClose: () => void }) {
  const say = useSay();
  const ask = useAsk();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = async (): Promise<void> => {
    const url = field.current?.value ?? '';
    if (await ask(sendAct({ kind: 'sends', media: props.media, url }))) props.onClose();
  };
  return (
    <form
      class="menu address"
      aria-label={say(texts[props.media])}
      onKeyDown={key => {
        if (key.key === 'Escape') props.onClose();
      }}
      onSubmit={submitted => {
        submitted.preventDefault();
        void submit();
      }}
    >
      <label>
        {say(texts.mediaUrl)}
        <input ref={field} type="url" required placeholder="https://" />
      </label>
      <button type="submit">{say(texts[props.media])}</button>
    </form>
  );
}
