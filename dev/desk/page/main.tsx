import { render } from 'preact';

render(<p>대화</p>, document.body);
