import type { Sentence } from '../language.ts';
import { visible } from '../terminal.ts';

/** Said where a table is there, and no time is named. */
export const NEEDS_TIME: Sentence = {
  en: 'say which state to bring back: --at 2026-11-22T09:30:00+09:00, or --at latest',
  ko: '되살릴 시각을 알려 주세요: --at 2026-11-22T09:30:00+09:00 또는 --at latest',
};

/** Said where the table was deleted, and a time is named. */
export const NEEDS_NO_TIME: Sentence = {
  en: 'the table is gone: what is left is the backup of its deletion, so leave --at out',
  ko: '테이블이 삭제되어 삭제될 때의 백업만 있습니다. --at을 빼 주세요.',
};

/** Said where there is no table, and no backup of one that was deleted. @param region the one that was asked */
export function noBackup(name: string, region: string): Sentence {
  return {
    en: `there is no table ${visible(name)} in ${region} of this account, and no backup of its deletion, which DynamoDB keeps for 35 days: see --region and AWS_PROFILE`,
    ko: `이 계정의 ${region}에 ${visible(name)} 테이블이 없고, DynamoDB가 35일 동안 두는 삭제 백업도 없습니다. --region과 AWS_PROFILE을 확인해 주세요.`,
  };
}

/** Said of a table without point-in-time recovery. */
export function notRecoverable(name: string): Sentence {
  return {
    en: `${visible(name)} can't be restored: its point-in-time recovery is off, which the gateway's stacks switch on`,
    ko: `${visible(name)}은 되살릴 수 없습니다. 게이트웨이의 스택이 켜는 특정 시점 복구가 꺼져 있습니다.`,
  };
}

/** Said of a time that no restore can reach. */
export function outside(at: Date, earliest: Date, latest: Date): Sentence {
  const [from, to] = [earliest.toISOString(), latest.toISOString()];
  return {
    en: `the table can be restored to any time from ${from} to ${to}, and ${at.toISOString()} is not one of them`,
    ko: `테이블은 ${from}부터 ${to}까지의 시각으로 되살릴 수 있습니다. ${at.toISOString()}은 그 밖입니다.`,
  };
}

/** Said where another table has the new one's name. */
export function taken(target: string): Sentence {
  return {
    en: `there is a table ${visible(target)} already, and it is no restore of this one to that time: give another name by --to`,
    ko: `${visible(target)} 테이블이 이미 있는데, 이 테이블을 그 시각으로 되살린 것이 아닙니다. --to로 다른 이름을 주세요.`,
  };
}

/** Said where nobody can be asked. */
export const NOBODY_TO_ASK: Sentence = {
  en: 'a restore asks at a terminal first; where there is none, give --yes and --gone',
  ko: '되살리기 전에 터미널에서 묻습니다. 터미널이 없다면 --yes와 --gone을 주세요.',
};

/** The restore that is about to begin, for the operator to confirm. */
export function plan(name: string, at: Date, target: string, bytes: number): Sentence {
  const size = sizeOf(bytes);
  return {
    en: `Restores ${visible(name)} as it was at ${at.toISOString()}
into the new table ${visible(target)} (about ${size}; DynamoDB's own count is up to six hours old).
The gateway goes on with the old table until you deploy. AWS bills a restore by the GB, and takes minutes to hours.
Type yes to begin:`,
    ko: `${visible(name)}의 ${at.toISOString()} 상태를
새 테이블 ${visible(target)}로 되살립니다(약 ${size}. DynamoDB의 집계는 여섯 시간까지 늦습니다).
배포하기 전까지 게이트웨이는 옛 테이블을 씁니다. AWS는 GB당 요금을 받고, 몇 분에서 몇 시간이 걸립니다.
시작하려면 yes를 입력하세요:`,
  };
}

function sizeOf(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Said where the question was not answered by yes. */
export const NOT_BEGUN: Sentence = { en: 'Nothing was restored.', ko: '되살리지 않았습니다.' };

/** Said while the new table is not there yet. @param at the time that `latest` was, by which the same restore is found again */
export function waiting(target: string, goesOn: boolean, at: Date | undefined): Sentence {
  const same = at && `--at ${at.toISOString().slice(0, 19)}Z`;
  return {
    en: `${goesOn ? 'The restore was begun before.' : 'The restore has begun.'} Waiting for ${visible(target)}; to stop does no harm: run the same command again${same ? `, with ${same} in place of --at latest` : ''}.`,
    ko: `${goesOn ? '이미 되살리는 중입니다.' : '되살리기를 시작했습니다.'} ${visible(target)}을 기다립니다. 멈춰도 괜찮습니다. ${same ? `--at latest 대신 ${same}로 ` : ''}같은 명령을 다시 실행하면 이어집니다.`,
  };
}

/** Said of a new table that does not become one to be used. @param status DynamoDB's own word; undefined of one that is gone */
export function notComing(target: string, status: string | undefined): Sentence {
  const table = visible(target);
  return status === undefined
    ? {
        en: `the new table ${table} was there and is gone: somebody has deleted it, or the restore has failed; run the same command again to begin anew`,
        ko: `새 테이블 ${table}이 있다가 없어졌습니다. 누가 삭제했거나 되살리기가 실패했습니다. 같은 명령을 다시 실행하면 새로 시작합니다.`,
      }
    : {
        en: `the new table ${table} is ${status}, and so can't be used: see its KMS key, or delete it and run the same command again`,
        ko: `새 테이블 ${table}이 ${status} 상태라 쓸 수 없습니다. KMS 키를 확인하거나, 삭제하고 같은 명령을 다시 실행해 주세요.`,
      };
}

/** The question what becomes of those who are gone. */
export function whatOfGone(count: number): Sentence {
  return {
    en: `${count} ${count === 1 ? 'item' : 'items'} of the restored table were deleted from the present one since: of people who blocked the channel, left or were erased, or by the release that you undo.
Type erase to delete them here, too, or keep:`,
    ko: `되살린 테이블의 항목 ${count}개는 그 뒤에 지금의 테이블에서 삭제된 것입니다. 채널을 차단했거나 떠났거나 지워진 사람의 것, 또는 되돌리려는 릴리스가 지운 것입니다.
여기에서도 지우려면 erase, 두려면 keep을 입력하세요:`,
  };
}

/** The fate of those who are gone. */
export function toldGone(count: number, isErased: boolean): Sentence {
  if (count === 0)
    return {
      en: 'Nobody who is in it was deleted from the present table since.',
      ko: '그 뒤에 지금의 테이블에서 삭제된 사람은 없습니다.',
    };
  return isErased
    ? {
        en: `${count} ${count === 1 ? 'item' : 'items'} of who was deleted since are deleted in it, too.`,
        ko: `그 뒤에 삭제된 사람의 항목 ${count}개를 새 테이블에서도 지웠습니다.`,
      }
    : {
        en: `${count} ${count === 1 ? 'item' : 'items'} of who was deleted since are in it again: people who left have a right not to be.`,
        ko: `그 뒤에 삭제된 사람의 항목 ${count}개가 다시 있습니다. 떠난 사람에게는 지워질 권리가 있습니다.`,
      };
}

/** Said of a table that comes from the backup of its deletion. */
export const NO_PRESENT_TABLE: Sentence = {
  en: 'Nobody was deleted from it since: there was no table.',
  ko: '그 뒤에 삭제된 사람은 없습니다. 테이블이 없었습니다.',
};

/** How the gateway that a table was restored for is told of. */
export interface Gateway {
  readonly stage?: string | undefined;
  /** The name of its bot among the setting `bots`: `?` where it is not known; undefined where there is no such setting. */
  readonly bot?: string | undefined;
  /** The ARN of the KMS key that both tables are encrypted with, which a deployment makes anew unless it is told. */
  readonly key?: string | undefined;
  readonly region: string;
}

/** The last words: how the gateway comes to use the new table, and how the old one goes. */
export function ready(
  name: string,
  target: string,
  { stage = '<stage>', bot, key, region }: Gateway,
): Sentence {
  const ofKey = key === undefined ? '' : ` -c customerManagedKey=false -c encryptionKeyArn=${key}`;
  const deploy = `npm run deploy -- -c stage=${stage}`;
  const whole = `${deploy} -c sessionsTableName=${target}${ofKey}`;
  const entry = `"sessionsTableName": "${target}"${key === undefined ? '' : `, "customerManagedKey": false, "encryptionKeyArn": "${key}"`}`;
  const points =
    bot === undefined
      ? { en: whole, ko: whole }
      : {
          en: `${entry} in the entry of ${bot === '?' ? 'its bot' : bot} among the "bots" of the stage ${stage} in cdk.json (bots of all stages would have every stage use it: give "stages" a list of that stage's own), then ${deploy}`,
          ko: `cdk.json에서 스테이지 ${stage}의 "bots" 가운데 ${bot === '?' ? '그 봇' : bot}의 항목에 ${entry}을 쓰고(모든 스테이지의 "bots"에 쓰면 다른 스테이지도 이 테이블을 쓰니, "stages"에 그 스테이지의 목록을 따로 두세요) ${deploy}`,
        };
  const aws = `--region ${region} --table-name ${name}`;
  return {
    en: `${visible(target)} is ready: it ends its items, can be restored itself, and is not deleted by mistake.
1. Point the gateway at it: ${visible(points.en)}
2. What users do until then is in the old table alone, and late answers that are under way in that minute are lost.
   Who leaves or is erased until then is still in the new one: run the same command once more right before you deploy.
3. To go back: the same with the name ${visible(name)}
4. When you need the old table no more:
   aws dynamodb update-table ${visible(aws)} --no-deletion-protection-enabled
   aws dynamodb delete-table ${visible(aws)}`,
    ko: `${visible(target)}이 준비됐습니다. 항목이 만료되고, 이 테이블도 되살릴 수 있으며, 실수로 삭제되지 않습니다.
1. 게이트웨이가 쓰게 하기: ${visible(points.ko)}
2. 그때까지 사용자가 한 일은 옛 테이블에만 있고, 그 순간에 만들고 있던 늦은 답은 사라집니다.
   그때까지 떠나거나 지워진 사람은 새 테이블에 남아 있으니, 배포하기 바로 전에 같은 명령을 한 번 더 실행하세요.
3. 되돌리기: 같은 방법에 이름 ${visible(name)}
4. 옛 테이블이 더 필요 없을 때:
   aws dynamodb update-table ${visible(aws)} --no-deletion-protection-enabled
   aws dynamodb delete-table ${visible(aws)}`,
  };
}
