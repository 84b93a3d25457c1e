import { PrismaClient } from '@prisma/client';
import { saying } from './saying.js';

const prisma = new PrismaClient();

export const bot = saying(() => prisma.menu.count());
