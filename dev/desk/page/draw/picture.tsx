import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useDrawing } from './drawing.ts';
import type { DrawnPicture } from './model.ts';
import { Sign } from './sign.tsx';
import { hostOf, pictureUrl } from './web-link.ts';
import { WebLink } from './words.tsx';

/** A picture of an answer in its frame; where it is not loaded, a box with its description or host. */
export function Picture(props: { readonly picture: DrawnPicture; readonly class: string }): VNode {
  const { picture } = props;
  const { says } = useDrawing();
  const frame = `picture ${props.class}${picture.isSquare ? ' is-square' : ''}${picture.isWhole ? ' is-whole' : ''}`;
  const inside = <Inside picture={picture} />;
  return (
    <div class={frame}>
      {picture.link === undefined ? (
        inside
      ) : (
        <WebLink url={picture.link} label={`${picture.description || says('picture')}, ${says('opens')}`}>
          {inside}
        </WebLink>
      )}
      <Sign path={picture.path} />
    </div>
  );
}

function Inside({ picture }: { readonly picture: DrawnPicture }): VNode {
  const { showsImages, paint, says } = useDrawing();
  const [isBroken, setBroken] = useState(false);
  const painted = paint?.(picture);
  if (painted) return <>{painted}</>;
  const url = pictureUrl(picture.url, location.origin, showsImages);
  if (url === undefined || isBroken) {
    return <span class="picture-box">{picture.description || hostOf(picture.url) || says('picture')}</span>;
  }
  return (
    <img
      src={url}
      alt={picture.description || says('picture')}
      loading="lazy"
      decoding="async"
      referrerpolicy="no-referrer"
      onError={() => setBroken(true)}
    />
  );
}
