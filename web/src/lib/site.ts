/** The site's name, and where it is published: set DSTUDIO_ORIGIN (https://host) when building for a public host. */
declare const __DSTUDIO_ORIGIN__: string;

export const SITE_NAME = 'DStudio';
export const SITE_ORIGIN = __DSTUDIO_ORIGIN__;
