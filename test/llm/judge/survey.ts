// node --import tsx test/llm/judge/survey.ts streams|kills growing|conversation [seeds] [from]: who breaks which promise.
import { brokenBy, killed } from './broken.ts';
import { killStoryOf, survived } from './kills.ts';
import { retold, storyOf, told } from './stories.ts';

const [kind, of, seeds = '300', from = '0'] = process.argv.slice(2);
const whose = of === 'conversation' ? 'conversation' : 'growing';
if (seeds === '1') {
  const isKilled = kind === 'kills';
  const { answer, ...others } = isKilled ? killStoryOf(Number(from)) : storyOf(Number(from));
  const end = await (isKilled
    ? survived(killStoryOf(Number(from)), whose)
    : told(storyOf(Number(from)), whose));
  console.log({ ...others, ...answer, words: answer.words.length });
  console.log(retold(end));
  console.log({
    drafted: end.drafted.length,
    heard: end.heard.length,
    pending: end.pending,
    state: end.state,
  });
}
const count = kind === 'kills' ? killed : brokenBy;
console.log(await count(whose, Number(from), Number(seeds)));
