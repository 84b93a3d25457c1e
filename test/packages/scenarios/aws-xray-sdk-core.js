import xray from 'aws-xray-sdk-core';
import { saying } from './saying.js';

export const bot = saying(() => {
  const segment = new xray.Segment('주문');
  segment.addNewSubsegment('결제').close();
  return `${segment.name} ${segment.subsegments[0].name} ${segment.trace_id.slice(0, 2)}`;
});
