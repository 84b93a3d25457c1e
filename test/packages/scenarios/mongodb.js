import { MongoClient, ObjectId } from 'mongodb';
import { refusal, saying } from './saying.js';

export const bot = saying(async () => {
  const client = new MongoClient('mongodb://127.0.0.1:1', { serverSelectionTimeoutMS: 100 });
  return `${new ObjectId('0123456789abcdef01234567')} ${await refusal(client.connect())}`;
});
