import { readFileSync, writeFileSync } from 'node:fs';
import type { ProtocolName } from '../../tools/kakao-simulator/scene.ts';
import type { ScenePatch } from './desk-api.ts';
import { firstStage, patched, readPatch, type Stage } from './stage.ts';

/** The stage that a desk before left in a file; the first one where it left none, or none that can be read. */
export function stageOf(protocols: readonly ProtocolName[], file?: string): Stage {
  const first = firstStage(protocols);
  if (file === undefined) return first;
  try {
    const patches: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(patches) ? patches.map(readPatch).reduce(patched, first) : first;
  } catch {
    return first;
  }
}

/** Keeps a stage for the next desk. Whoever can't write it goes on without. */
export function keepStage(stage: Stage, file: string): void {
  try {
    writeFileSync(file, `${JSON.stringify(patchesOf(stage))}\n`, { mode: 0o600 });
  } catch {
    // It is no more than a convenience.
  }
}

/** The changes that lead from the first stage to this one: names, and nothing of what was said. */
function patchesOf({ scene, users, rooms }: Stage): readonly ScenePatch[] {
  const { protocol, caller, faults } = scene;
  return [
    ...users.map(({ name, isFriend, appUserId }) => ({
      user: name,
      isFriend,
      isLinked: appUserId !== undefined,
    })),
    ...rooms.map(({ name }) => ({ room: name })),
    { protocol, caller, faults, user: scene.user.name, room: scene.room.name },
  ];
}
