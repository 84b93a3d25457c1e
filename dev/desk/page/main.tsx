import { render } from 'preact';
import { App } from './app.tsx';
import { useLook } from './controls/look.tsx';
import { Gallery } from './gallery.tsx';
import { useChosenLanguage } from './language.tsx';
import './main.css';

function GalleryPage() {
  const { language } = useLook(...useChosenLanguage());
  return <Gallery language={language} />;
}

render(location.pathname === '/gallery' ? <GalleryPage /> : <App />, document.body);
