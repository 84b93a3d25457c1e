import { Readable } from 'node:stream';
import {
  StartStreamTranscriptionCommand,
  TranscribeStreamingClient,
} from '@aws-sdk/client-transcribe-streaming';
import { answeredHere, eventStream } from './aws.js';
import { saying } from './saying.js';

const transcribe = new TranscribeStreamingClient(
  answeredHere(async ({ body }) => {
    let bytes = 0;
    for await (const chunk of body) bytes += chunk.length;
    const Results = [{ Alternatives: [{ Transcript: bytes > 3 ? '아메리카노 주세요' : 'nothing' }] }];
    return { body: Readable.from(eventStream(['TranscriptEvent', { Transcript: { Results } }])) };
  }),
);

async function* audio() {
  yield { AudioEvent: { AudioChunk: Buffer.from('음성') } };
}

export const bot = saying(async () => {
  const { TranscriptResultStream } = await transcribe.send(
    new StartStreamTranscriptionCommand({
      LanguageCode: 'ko-KR',
      MediaSampleRateHertz: 16_000,
      MediaEncoding: 'pcm',
      AudioStream: audio(),
    }),
  );
  for await (const { TranscriptEvent } of TranscriptResultStream) {
    return TranscriptEvent?.Transcript?.Results?.[0]?.Alternatives?.[0]?.Transcript;
  }
});
