import type { Exchange } from '../../desk-api.ts';
import { keyOf } from '../feed.ts';
import { useLanguage, useSay } from '../language.tsx';
import { memo } from '../memo.ts';
import { texts } from '../texts.ts';
import { lengthOf, secondOf } from '../times.ts';
import { ExchangeDetails } from './exchange-details.tsx';
import { fateOf, KAKAO_WAITS_MS, saidIn, shareOfWait } from './exchange-facts.ts';

interface RowProps {
  readonly exchange: Exchange;
  readonly isOpen: boolean;
  /** Whether this run of the desk knows it: one from before a restart can't be copied as curl. */
  readonly isRemembered: boolean;
  readonly onToggle: (exchange: Exchange) => void;
}

/** An exchange in a line, and all of it when it is opened. */
export const ExchangeRow = memo(function ExchangeRow(props: RowProps) {
  const { exchange, isOpen } = props;
  const { scene } = exchange;
  const say = useSay();
  const language = useLanguage();
  const fate = fateOf(exchange);
  const caller = scene.room.kind === 'group' ? texts.group : texts.callers[scene.caller];
  const where = scene.protocol === 'smart-chat' ? texts.protocols['smart-chat'] : caller;
  return (
    <li class="exchange" data-key={keyOf(exchange)}>
      <button
        type="button"
        class="exchange-line"
        aria-expanded={isOpen}
        onClick={() => props.onToggle(exchange)}
      >
        <span class="when">{secondOf(exchange.at)}</span>
        <span class="words">
          <strong>{scene.user.name}</strong> {saidIn(exchange)[language]}
        </span>
        <span class={`fate ${fate.tone}`}>{say(fate.says)}</span>
        <span class="where">{say(where)}</span>
        <Bar exchange={exchange} />
      </button>
      {isOpen && <ExchangeDetails exchange={exchange} isRemembered={props.isRemembered} />}
    </li>
  );
});

/** The milliseconds of an answer against the five seconds that Kakao waits. */
function Bar({ exchange }: { readonly exchange: Exchange }) {
  const say = useSay();
  const language = useLanguage();
  const share = shareOfWait(exchange);
  const { answer } = exchange;
  return (
    <span class="took">
      <span
        class={`bar ${share > 0.85 ? 'lost' : share > 0.5 ? 'late' : 'good'}`}
        role="img"
        aria-label={say(texts.ofFiveSeconds(answer?.ms, KAKAO_WAITS_MS))}
      >
        <span style={{ width: `${Math.max(share * 100, share > 0 ? 1.5 : 0)}%` }} />
      </span>
      <span class="ms" aria-hidden="true">
        {answer ? lengthOf(answer.ms, language) : '–'}
      </span>
    </span>
  );
}
