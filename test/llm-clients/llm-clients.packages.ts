// In one file, and so in one process: each installs the clients, and into one folder.
import './streams.ts';
import './examples.ts';
