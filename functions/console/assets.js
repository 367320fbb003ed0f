import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * The page's files, by their names below /console. Read where this runs from its sources; .config/build.mjs puts them into a
 * bundle as they are.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const ASSETS = {
  ...Object.fromEntries(
    [
      ...['index.html', 'style.css', 'icon.svg'],
      ...['app.js', 'api.js', 'dom.js', 'format.js', 'place.js', 'theme.js'],
      ...['pools.js', 'plot.js', 'attention.js', 'resources.js', 'drawer.js', 'orders.js', 'pause.js'],
    ].map((name) => [name, readFileSync(new URL(`page/${name}`, import.meta.url), 'utf8')]),
  ),
  'uplot.js': readPackage('uplot/dist/uPlot.iife.min.js'),
  'uplot.css': readPackage('uplot/dist/uPlot.min.css'),
};

/** @param {string} path */
function readPackage(path) {
  return readFileSync(createRequire(import.meta.url).resolve(path), 'utf8');
}
