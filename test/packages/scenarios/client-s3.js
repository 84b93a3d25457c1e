import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, S3Client, SelectObjectContentCommand } from '@aws-sdk/client-s3';
import { answeredHere, eventStream } from './aws.js';
import { saying } from './saying.js';

const s3 = new S3Client(
  answeredHere(({ method, path, query, headers }) => {
    if (method === 'PUT') return { headers: { etag: headers['x-amz-checksum-crc32'] } };
    const body =
      'select' in query ? eventStream(['Records', '두 잔', 'application/octet-stream']) : ['메뉴판'];
    return { headers: { 'content-type': path }, body: Readable.from(body) };
  }),
);

export const bot = saying(async () => {
  const Bucket = 'cafe';
  const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'menu.txt', Body: '메뉴판' }));
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'menu.txt' }));
  const { Payload } = await s3.send(
    new SelectObjectContentCommand({
      Bucket,
      Key: 'orders.json',
      Expression: 'select *',
      ExpressionType: 'SQL',
      InputSerialization: { JSON: { Type: 'LINES' } },
      OutputSerialization: { JSON: {} },
    }),
  );
  const records = [];
  for await (const { Records } of Payload) records.push(new TextDecoder().decode(Records?.Payload));
  return [await Body.transformToString(), ETag, ...records].join(' ');
});
