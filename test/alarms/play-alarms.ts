import type { PlayedAlarm } from './read-alarms.ts';
import type { Sources } from './sources.ts';

/** A mail that an alarm sends: that it went off, or that it is over. */
export interface Mail {
  readonly kind: string;
  readonly says: 'ALARM' | 'OK';
  /** The minute in which it is sent. */
  readonly at: number;
}

/** From a minute's end to when its metrics have reached CloudWatch and were evaluated (min). */
const DELAY_MINUTES = 2;

/** How many older periods CloudWatch asks for beyond those that it evaluates, for want of newer data. */
const OLDER_PERIODS = 2;

/**
 * The mails that alarms send over some minutes; new ones also the first time that they find all well, if they tell such
 * ends: CloudWatch has them begin without a state, and acts on each change of it. Each is evaluated every minute over the
 * window that ends there, as CloudWatch does unless an alarm asks for the clock's hours: the newest `outOf` periods that have
 * data, of which `points` must breach; where fewer have, what is missing is treated as the alarm says.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation-window.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function mailsOf(alarms: readonly PlayedAlarm[], sources: Sources, areNew = false): readonly Mail[] {
  return alarms.flatMap(alarm => {
    const stateAt = statesOf(alarm, sources);
    const mails: Mail[] = [];
    let isOn: boolean | undefined = areNew ? undefined : false;
    for (let minute = 0; minute < sources.minutes; minute++) {
      const becomes = stateAt(minute, isOn);
      if (becomes !== isOn && (becomes || alarm.tellsEnd))
        mails.push({ kind: alarm.kind, says: becomes ? 'ALARM' : 'OK', at: minute + DELAY_MINUTES });
      isOn = becomes;
    }
    return mails;
  });
}

/** Whether it is on once a minute's metrics are known, by whether it was; undefined is neither, for want of data. */
type StateAt = (minute: number, isOn: boolean | undefined) => boolean | undefined;

function statesOf(alarm: PlayedAlarm, sources: Sources): StateAt {
  const values = alarm.valuesIn(sources);
  if (values.some(Number.isNaN)) return (minute, isOn) => isAlarming(alarm, values, minute, isOn);
  const isOnAt = breachesIn(alarm, values);
  return minute => (isOnAt[minute] ?? 0) >= alarm.points;
}

/** How many of the periods that end with each minute breach, where none lacks data: as {@link isAlarming} counts them, but at once. */
function breachesIn({ periodMinutes, outOf, isBreaching }: PlayedAlarm, values: Float64Array): Uint16Array {
  const breaches = new Uint16Array(values.length);
  for (const [minute, value] of values.entries()) {
    const before = breaches[minute - periodMinutes] ?? 0;
    const left = values[minute - outOf * periodMinutes];
    const leaves = left !== undefined && isBreaching(left);
    breaches[minute] = before + Number(isBreaching(value)) - Number(leaves);
  }
  return breaches;
}

function isAlarming(
  { periodMinutes, points, outOf, missing, isBreaching }: PlayedAlarm,
  values: Float64Array,
  minute: number,
  isOn: boolean | undefined,
): boolean | undefined {
  let [found, breaching] = [0, 0];
  for (let back = 0; back < outOf + OLDER_PERIODS && found < outOf; back++) {
    const value = values[minute - back * periodMinutes];
    if (value === undefined || Number.isNaN(value)) continue;
    found++;
    if (isBreaching(value)) breaching++;
  }
  if (breaching >= points) return true;
  if (missing === 'breaching') return breaching + outOf - found >= points;
  if (missing === 'ignore' && (found === 0 || (found < outOf && breaching > 0))) return isOn;
  return false;
}
