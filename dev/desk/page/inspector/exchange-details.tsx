import type { ComponentChildren } from 'preact';
import type { Exchange } from '../../desk-api.ts';
import { readCurl } from '../desk-client.ts';
import { useLanguage, useSay } from '../language.tsx';
import { useCopy, useTell } from '../tell.tsx';
import { texts } from '../texts.ts';
import { lengthOf } from '../times.ts';
import { CallbackStory } from './callback-story.tsx';
import { jsonText } from './json-places.ts';
import { JsonTree } from './json-tree.tsx';
import { Violations } from './violations.tsx';

/** All of an exchange: the limits that were broken, the request, the answer, and what became of the callback. */
export function ExchangeDetails(props: { readonly exchange: Exchange; readonly isRemembered: boolean }) {
  const { exchange } = props;
  const { fate, violations, answer, callback, log } = exchange;
  const say = useSay();
  const language = useLanguage();
  return (
    <div class="details">
      <CopyButtons {...props} />
      {'says' in fate && <p class={`verdict ${fate.kind}`}>{say(fate.says)}</p>}
      <Violations violations={violations} />
      {log !== undefined && <BotLog log={log} />}
      <Part title={say(texts.request)} line={`${exchange.request.method} ${exchange.request.url}`}>
        <Headers headers={exchange.request.headers} />
        {exchange.request.body !== undefined && <JsonTree value={exchange.request.body} />}
      </Part>
      <Part
        title={say(texts.answer)}
        line={answer ? `${answer.status} · ${lengthOf(answer.ms, language)}` : say(texts.noAnswer)}
      >
        {answer && <Headers headers={answer.headers} />}
        {answer && <AnswerBody answer={answer} violations={violations} />}
      </Part>
      {callback && (
        <Part title={say(texts.callback)} line="">
          <CallbackStory callback={callback} isDeferred={fate.kind === 'deferred'} />
        </Part>
      )}
    </div>
  );
}

/** The lines that the bot wrote about the exchange in its own log. */
function BotLog({ log }: { readonly log: NonNullable<Exchange['log']> }) {
  const say = useSay();
  return (
    <Part title={say(texts.botLog)} line="">
      {log.map(({ level, text }, at) => (
        <pre key={at} class={`raw ${level}`}>
          {text}
        </pre>
      ))}
    </Part>
  );
}

function CopyButtons({
  exchange,
  isRemembered,
}: {
  readonly exchange: Exchange;
  readonly isRemembered: boolean;
}) {
  const say = useSay();
  const copy = useCopy();
  const tell = useTell();
  const copyCurl = async (): Promise<void> => {
    const line = await readCurl(exchange.id);
    if (line === undefined) tell(texts.notCopied);
    else await copy(line);
  };
  const { request, answer } = exchange;
  return (
    <p class="copies">
      <button type="button" disabled={!isRemembered} onClick={() => void copyCurl()}>
        {say(texts.copyCurl)}
      </button>
      {request.body !== undefined && (
        <button type="button" onClick={() => void copy(jsonText(request.body))}>
          {say(texts.copyRequest)}
        </button>
      )}
      {answer && (
        <button
          type="button"
          onClick={() => void copy(answer.json === undefined ? answer.text : jsonText(answer.json))}
        >
          {say(texts.copyAnswer)}
        </button>
      )}
    </p>
  );
}

function Part(props: {
  readonly title: string;
  readonly line: string;
  readonly children: ComponentChildren;
}) {
  return (
    <section class="part">
      <h3>
        {props.title} <span>{props.line}</span>
      </h3>
      {props.children}
    </section>
  );
}

function Headers({ headers }: { readonly headers: Readonly<Record<string, string>> }) {
  const say = useSay();
  const all = Object.entries(headers);
  if (all.length === 0) return null;
  return (
    <details class="headers">
      <summary>{say(texts.headers(all.length))}</summary>
      <dl>
        {all.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

const MOST_TEXT = 4_000;

function AnswerBody(props: {
  readonly answer: NonNullable<Exchange['answer']>;
  readonly violations: Exchange['violations'];
}) {
  const { json, text } = props.answer;
  if (json !== undefined) return <JsonTree value={json} violations={props.violations} />;
  if (text === '') return null;
  return <pre class="raw">{text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text}</pre>;
}
