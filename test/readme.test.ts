import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { costTables } from '../bench/cost.ts';
import { METRICS } from '../lambda/aws/metric-names.ts';
import { bot } from '../lambda/scenarios/cafe.ts';
import { CHECKS } from '../tools/doctor/check-names.ts';
import { openChat } from './kit/chat.ts';
import { samplesOf } from './kit/samples.ts';

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const codeOf = (readme: string): string[] =>
  [...readme.matchAll(/^```\w*\n(.*?)^```/gms)].map(([, code = '']) => code);

test('the page on late turns shows the rule that is there', () => {
  const [rule = ''] = codeOf(read('docs/late-turns.md'));
  expect(rule).toContain('slow:');
  expect(read('lambda/scenarios/cafe.ts')).toContain(rule.trim());
});

test.each(['docs/late-turns.md', 'docs/late-turns.ko.md'])(
  '%s shows a rule in two steps that compiles',
  page => {
    const [, rule = ''] = codeOf(read(page));
    for (const member of ['slow:', 'work:', 'then:']) expect(rule).toContain(member);
    expect(read('test/types/late-turns.ts')).toContain(rule);
  },
);

test.each(['docs/late-turns.md', 'docs/late-turns.ko.md'])('%s shows a growing rule that compiles', page => {
  const rule = codeOf(read(page)).find(code => code.includes('growing')) ?? '';
  for (const member of ['slow:', '*grow(', 'then(']) expect(rule).toContain(member);
  expect(read('test/types/late-turns.ts')).toContain(rule);
});

test('the page on what comes in shows code that compiles', () => {
  const rules = codeOf(read('docs/incoming.md')).filter(code => code.startsWith('bot.'));
  expect(rules.length).toBeGreaterThan(5);
  const compiled = read('test/types/incoming.ts');
  for (const rule of rules) expect(compiled).toContain(rule);
  const [, cafe = ''] = /(bot\.validates\([\s\S]*?^\}\);)/m.exec(read('lambda/scenarios/cafe.ts')) ?? [];
  expect(rules.map(rule => rule.trim())).toContain(cafe);
});

test('the page on sessions shows code that compiles', () => {
  const [stateless = '', code = ''] = codeOf(read('docs/sessions.md'));
  expect(code).toContain('migrate');
  expect(read('test/types/sessions.ts')).toContain(code);
  const another = stateless.replace('export const bot', 'export const stateless');
  expect(another).toContain('new Bot()');
  expect(read('test/types/sessions.ts')).toContain(another);
});

test('the page on old bots shows code that compiles', () => {
  const [whole = '', ...others] = codeOf(read('docs/old-bots.md'));
  expect(whole.replace("'./bot", "'../../lambda/bot")).toBe(read('test/types/whole-old-bot.ts'));
  const bots = others.filter(code => code.startsWith('export'));
  expect(bots).toHaveLength(2);
  for (const bot of bots) expect(read('test/types/old-bots.ts')).toContain(bot);
});

test('the page on webhooks calls by the key that it has set, and by no variable of a shell', () => {
  const [set = '', call = ''] = codeOf(read('docs/webhooks.md')).filter(code => /^(?:echo|curl) /.test(code));
  const [, key = ''] = /'KAKAO_ADMIN_KEY=([\w-]+)' >> \.env\.local/.exec(set) ?? [];
  expect(key).not.toBe('');
  expect(call).toContain(`'Authorization: KakaoAK ${key}'`);
  expect(call).not.toContain('$');
});

test('the page on logs has every metric, and a line as the functions write it', () => {
  const page = read('docs/logs.md');
  const { namespace, ...names } = METRICS;
  expect(page.match(/^\| `[A-Z]\w+` \|/gm)).toEqual(Object.values(names).map(name => `| \`${name}\` |`));
  expect(page).toContain(`\`${namespace}\``);
  const [line = ''] = codeOf(page);
  const members = Object.keys(JSON.parse(line)).filter(
    name => /^[a-z]/.test(name) && !/time|protocol/.test(name),
  );
  expect(members).toContain('level');
  for (const member of members) expect(page).toContain(`| \`${member}\` |`);
});

test("the page on Kakao's consoles shows the checks that the doctor makes", () => {
  const example = codeOf(read('docs/kakao-console.md')).find(code => code.startsWith('$')) ?? '';
  const names = [...example.matchAll(/^ {2}[✓!✗–] (.+?)(?: {2,}.*)?$/gm)].map(([, name]) => name);
  expect(names).toEqual(Object.values(CHECKS).map(({ en }) => en));
});

test("the page on Kakao's consoles tells what every alarm means", () => {
  const page = read('docs/kakao-console.md').replace(/\s+/g, ' ');
  const bodyOf = (name: string) => samplesOf('smart-chat').find(sample => sample.name === name)?.json.body;
  const { details, templates } = bodyOf('kakao-monitoring-messages');
  const blocked = templates.at(-1).split(' 에러 수정')[0];
  for (const text of [...details, blocked, bodyOf('kakao-user-visible-failure').text])
    expect(page).toContain(text);
});

describe.each(['README.md', 'README.ko.md'])('%s', file => {
  const readme = read(file);

  test('reads in one sitting', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(150);
  });

  test('shows the bot that is there', () => {
    const scenario = read('lambda/scenarios/cafe.ts');
    const rules = codeOf(readme).find(code => code.includes('new Bot')) ?? '';
    expect(rules).toContain('.hears(');
    for (const line of rules.split('\n')) expect(scenario).toContain(line);
  });

  test('shows the way of a request through folders and files that are there', () => {
    const way = codeOf(readme).find(code => code.includes('POST /open-builder/skill')) ?? '';
    const folders = readdirSync(new URL('../lambda', import.meta.url), { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(({ name }) => name);
    const places = way.replaceAll('application/json', '').match(/(?<=[ (])[a-z-]+\/[a-z-]+/g) ?? [];
    expect(places.length).toBeGreaterThan(8);
    for (const place of places)
      expect([place, existsSync(new URL(`../lambda/${place}.ts`, import.meta.url))]).toEqual([place, true]);
    for (const folder of folders.filter(name => !['bot', 'check', 'handlers', 'scenarios'].includes(name)))
      expect(places.map(place => place.split('/')[0])).toContain(folder);
    for (const folder of folders.filter(name => !/open-builder|smart-chat|aws/.test(name)))
      expect(readme).toContain(`\`${folder}/\``);
  });

  test('shows a test of the bot that passes', async () => {
    expect(readme).toContain("expect((await chat.says('메뉴')).labels).toContain('담기');");
    expect((await openChat(bot, 'open-builder').says('메뉴')).labels).toContain('담기');
  });

  test('names commands and files that exist', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = [...readme.matchAll(/npm (?:run )?(start|test|dev|check|bench|deploy)\b/g)];
    expect(named).not.toEqual([]);
    for (const [, script = ''] of named) expect(scripts).toHaveProperty(script);
    const links = [...readme.matchAll(/\]\(([\w./-]+)\)/g)];
    expect(links).not.toEqual([]);
    for (const [, link = ''] of links)
      expect([link, existsSync(new URL(`../${link}`, import.meta.url))]).toEqual([link, true]);
  });
});

test.each([
  ['README.md', 'README.ko.md'],
  ['docs/late-turns.md', 'docs/late-turns.ko.md'],
  ['docs/llm.md', 'docs/llm.ko.md'],
  ['examples/llm-bedrock/README.md', 'examples/llm-bedrock/README.ko.md'],
  ['examples/llm-ai-sdk/README.md', 'examples/llm-ai-sdk/README.ko.md'],
  ['docs/replies.md', 'docs/replies.ko.md'],
  ['docs/desk.md', 'docs/desk.ko.md'],
  ['docs/play.md', 'docs/play.ko.md'],
  ['docs/kakao-check.md', 'docs/kakao-check.ko.md'],
  ['docs/incoming.md', 'docs/incoming.ko.md'],
  ['docs/group-rooms.md', 'docs/group-rooms.ko.md'],
  ['docs/cost.md', 'docs/cost.ko.md'],
  ['docs/quotas.md', 'docs/quotas.ko.md'],
  ['docs/pipeline.md', 'docs/pipeline.ko.md'],
  ['docs/performance.md', 'docs/performance.ko.md'],
  ['docs/sessions.md', 'docs/sessions.ko.md'],
  ['docs/logs.md', 'docs/logs.ko.md'],
  ['docs/deploy.md', 'docs/deploy.ko.md'],
  ['docs/your-aws.md', 'docs/your-aws.ko.md'],
  ['docs/runbook.md', 'docs/runbook.ko.md'],
  ['docs/probe.md', 'docs/probe.ko.md'],
  ['docs/alarms.md', 'docs/alarms.ko.md'],
  ['docs/webhooks.md', 'docs/webhooks.ko.md'],
  ['docs/personal-data.md', 'docs/personal-data.ko.md'],
  ['docs/restore.md', 'docs/restore.ko.md'],
  ['docs/kakao-console.md', 'docs/kakao-console.ko.md'],
  ['docs/event-api.md', 'docs/event-api.ko.md'],
  ['docs/event-bus.md', 'docs/event-bus.ko.md'],
  ['docs/old-bots.md', 'docs/old-bots.ko.md'],
])('%s and %s have the same sections, code, tables and figures', (english, korean) => {
  const shapeOf = (readme: string) => ({
    sections: readme.match(/^#+ /gm)?.length,
    code: codeOf(readme),
    rows: readme.match(/^\| `[^|]*\|/gm),
    bullets: readme.match(/^- /gm)?.length,
    names: [...new Set(readme.replace(/^```.*?^```/gms, '').match(/`[^`\n]+`/g))].sort(),
    figures: readme
      .match(/\d[\d,.]*\d|\d/g)
      ?.map(Number.parseFloat)
      .sort(),
  });
  expect(shapeOf(read(korean))).toEqual(shapeOf(read(english)));
});

test.each(['docs/cost.md', 'docs/cost.ko.md'])('%s has the figures that the script computes', file => {
  for (const table of costTables().split('\n\n')) expect(read(file)).toContain(table);
});

test("CI runs README's test command", () => {
  expect(read('README.md')).toContain('npm ci && npm test');
  // Between them is what the other stages need.
  expect(read('.ci/run')).toMatch(/^npm ci \|\|[\s\S]*\bfor name in own /m);
  expect(read('.ci/run')).toMatch(/^own\(\) \{ npm test -- --json --outputFile=\S+; \}$/m);
});

test('CI runs the one command before a commit where a bot of one rule stands in place of the café', () => {
  const { scripts } = JSON.parse(read('package.json'));
  for (const script of ['typecheck', 'lint', 'test'])
    expect(scripts.check).toMatch(new RegExp(`npm (run )?${script}\\b`));
  expect(read('.ci/run')).toMatch(
    /^cp test\/kit\/one-rule-scenario\.ts "\$clone\/lambda\/scenario\.ts"$[\s\S]*\bfor name in lambda other_bot; /m,
  );
  expect(read('.ci/run')).toMatch(/^other_bot\(\) \{[^}]*\(cd "\$clone" && .* npm run check /m);
});

test('CONTRIBUTING says why versions are held back, and which they are', () => {
  const [, section = ''] = read('CONTRIBUTING.md').split('## Versions that are held back');
  const { overrides, devDependencies } = JSON.parse(read('package.json'));
  const held = [...section.matchAll(/`([^`]+)` (\d+\.\d+\.\d+)/g)].map(([, name = '', version]) => [
    name,
    version,
  ]);
  expect(held.map(([name]) => name)).toEqual(expect.arrayContaining(Object.keys(overrides)));
  expect(held.length).toBeGreaterThan(4);
  for (const [name = '', version] of held)
    expect([name, { ...devDependencies, ...overrides }[name]]).toEqual([name, version]);
});
