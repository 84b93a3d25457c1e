// esbuild gathers the page's styles from where they are imported.
declare module '*.css';
