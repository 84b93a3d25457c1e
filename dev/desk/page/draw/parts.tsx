import type { VNode } from 'preact';
import type { DrawnProfile, DrawnWords } from './model.ts';
import { Picture } from './picture.tsx';
import { Sign } from './sign.tsx';

/** A text of a card; nothing where it is empty. */
export function CardText({
  words,
  class: name,
}: {
  readonly words: DrawnWords;
  readonly class: string;
}): VNode {
  return (
    <>
      {words.text === '' ? null : <p class={name}>{words.text}</p>}
      <Sign path={words.path} />
    </>
  );
}

/** Somebody's picture and name on a line. */
export function Profile({ profile }: { readonly profile: DrawnProfile }): VNode {
  return (
    <div class="card-profile">
      {profile.picture ? <Picture picture={profile.picture} class="profile-picture" /> : null}
      <span class="one-line">{profile.name}</span>
      <Sign path={profile.path} />
    </div>
  );
}
