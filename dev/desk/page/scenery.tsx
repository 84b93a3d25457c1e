import type { ComponentChildren, VNode } from 'preact';
import type { DrawnPicture } from './draw/model.ts';

/** A drawing of our own in place of an example's picture, which lies nowhere: the same one for the same URL. */
export function paintScenery(picture: DrawnPicture): VNode {
  const name = Object.keys(SCENES).find(word => picture.url.includes(word)) ?? sceneOf(picture.url);
  const { sky, drawn } = SCENES[name] ?? FALLBACK;
  const box = picture.isSquare ? '20 0 40 40' : '0 0 80 40';
  return (
    <svg
      viewBox={box}
      preserveAspectRatio={picture.isWhole ? 'xMidYMid meet' : 'xMidYMid slice'}
      role="img"
      aria-label={picture.description || 'Example'}
    >
      <rect width="80" height="40" fill={sky} />
      {drawn}
    </svg>
  );
}

interface Scene {
  readonly sky: string;
  readonly drawn: ComponentChildren;
}

const CUP = (
  <>
    <path d="M30 17h20l-2 15a3 3 0 0 1-3 2H35a3 3 0 0 1-3-2z" fill="#fff" />
    <path d="M49 20h4a4 4 0 0 1 0 9h-5" fill="none" stroke="#fff" stroke-width="2.4" />
    <ellipse cx="40" cy="17" rx="10" ry="2.6" fill="#8a5a34" />
    <path d="M37 12c-2-2 2-3 0-6m6 6c-2-2 2-3 0-6" fill="none" stroke="#fff" stroke-width="1.4" />
  </>
);

const FALLBACK: Scene = { sky: '#d9c1a3', drawn: CUP };

const SCENES: Readonly<Record<string, Scene>> = {
  latte: FALLBACK,
  yuja: {
    sky: '#f3d98a',
    drawn: (
      <>
        <rect x="31" y="10" width="18" height="25" rx="3" fill="#fff8e0" />
        <rect x="31" y="17" width="18" height="18" rx="3" fill="#f2b632" />
        <circle cx="40" cy="21" r="6" fill="#ffe08a" stroke="#e69a13" />
        <path d="M40 15v12m-6-6h12m-10-4 8 8m0-8-8 8" stroke="#e69a13" stroke-width="0.7" />
      </>
    ),
  },
  cake: {
    sky: '#f5cdd3',
    drawn: (
      <>
        <path d="M26 22 52 14v18H26z" fill="#fff5f0" />
        <path d="M26 22 52 14l2 4-28 8z" fill="#fff" />
        <path d="M26 27h26v2H26z" fill="#e2566b" />
        <circle cx="41" cy="14" r="4.4" fill="#e2384f" />
        <path d="M41 10c-1-2 0-3 1-4" stroke="#3f8a4c" fill="none" />
      </>
    ),
  },
  beans: {
    sky: '#c9d5c0',
    drawn: (
      <>
        <path d="M30 10h20l2 25H28z" fill="#7a5238" />
        <path d="M30 10h20l-1-4H31z" fill="#5e3d29" />
        <rect x="33" y="17" width="14" height="10" rx="1" fill="#f3e7d6" />
        <ellipse cx="40" cy="22" rx="2.4" ry="3.6" fill="#5e3d29" />
        <path d="M40 18.6c1.6 2-1.6 4.6 0 6.8" stroke="#f3e7d6" fill="none" stroke-width="0.7" />
      </>
    ),
  },
  mug: { sky: '#b9a7c9', drawn: CUP },
  winter: {
    sky: '#9db7d5',
    drawn: (
      <>
        <path d="M0 40V30q20-9 40-2t40-3v15z" fill="#fff" />
        <path d="m16 8 7 20H9zm44 2 7 18H53z" fill="#5f7f9c" />
        <g fill="#fff">
          <circle cx="34" cy="9" r="1.4" />
          <circle cx="46" cy="16" r="1.2" />
          <circle cx="27" cy="19" r="1" />
          <circle cx="72" cy="9" r="1.3" />
          <circle cx="5" cy="14" r="1.1" />
        </g>
      </>
    ),
  },
  cafe: {
    sky: '#b8d3dd',
    drawn: (
      <>
        <rect x="18" y="14" width="44" height="24" fill="#f6efe4" />
        <path d="M16 10h48l2 7H14z" fill="#c4553d" />
        <path d="M24 10h8l-1 7h-8zm16 0h8l1 7h-8z" fill="#fff" />
        <rect x="22" y="21" width="22" height="12" fill="#87aebd" />
        <rect x="49" y="21" width="9" height="17" fill="#7a5238" />
        <path d="M0 38h80v2H0z" fill="#8b8f92" />
      </>
    ),
  },
  hills: {
    sky: '#cfe3ee',
    drawn: (
      <>
        <circle cx="58" cy="11" r="5" fill="#ffd166" />
        <path d="M0 40V27l18-13 14 11 12-9 36 22v2z" fill="#7fa88b" />
        <path d="M0 40v-6l30-8 50 10v4z" fill="#5b8a6d" />
      </>
    ),
  },
  sea: {
    sky: '#f4c9a8',
    drawn: (
      <>
        <circle cx="40" cy="23" r="8" fill="#f28f5b" />
        <path d="M0 24h80v16H0z" fill="#4f7ea3" />
        <path d="M30 28h20m-26 4h32m-24 4h16" stroke="#f4c9a8" stroke-width="1.2" />
      </>
    ),
  },
};

/** One of the scenes, by the letters of the URL. */
function sceneOf(url: string): string {
  const sum = [...url].reduce((all, letter) => (all * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7);
  const names = Object.keys(SCENES);
  return names[sum % names.length] ?? 'hills';
}
