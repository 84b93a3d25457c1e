/** The port of this machine to which a gateway that runs here posts late answers of scripts; npm start allows it. */
export const CALLBACK_PORT = 3199;
