import { Readable } from 'node:stream';
import { PollyClient, SynthesizeSpeechCommand } from '@aws-sdk/client-polly';
import { answeredHere } from './aws.js';
import { saying } from './saying.js';

const polly = new PollyClient(
  answeredHere(({ body }) => ({
    headers: { 'content-type': 'audio/mpeg' },
    body: Readable.from([`소리: ${JSON.parse(body).Text}`]),
  })),
);

export const bot = saying(async () => {
  const { AudioStream, ContentType } = await polly.send(
    new SynthesizeSpeechCommand({ Text: '안녕하세요', VoiceId: 'Seoyeon', OutputFormat: 'mp3' }),
  );
  return `${ContentType} ${await AudioStream.transformToString()}`;
});
