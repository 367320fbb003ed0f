import { posix } from 'node:path';

/**
 * @typedef {{dependencies?: Record<string, string>, optionalDependencies?: Record<string, string>, peerDependencies?: Record<string, string>, peerDependenciesMeta?: Record<string, {optional?: boolean}>, dev?: boolean}} Package
 * @typedef {{lockfileVersion: number, packages: Record<string, Package>}} Lockfile
 */

/**
 * The part of a lockfile (version 3) that a manifest with fewer dependencies needs: the very versions that were tested.
 *
 * @param {Lockfile} lockfile
 * @param {{name: string, version: string, dependencies: Record<string, string>}} manifest
 */
export function pruneLockfile(lockfile, manifest) {
  /** @type {Set<string>} */
  const kept = new Set();
  const wanted = Object.keys(manifest.dependencies).map((name) => ({ from: '', name, isOptional: false }));
  for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) {
    const place = placeOf(lockfile, next.from, next.name);
    if (place === undefined) {
      if (next.isOptional) continue;
      throw new Error(`the lockfile has no ${next.name}, which ${next.from || manifest.name} needs`);
    }
    if (kept.has(place)) continue;
    kept.add(place);
    wanted.push(...needsOf(lockfile.packages[place] ?? {}).map((need) => ({ from: place, ...need })));
  }
  const packages = [...kept].sort().map((place) => [place, withoutDev(lockfile.packages[place] ?? {})]);
  const { name, version } = manifest;
  const { lockfileVersion } = lockfile;
  return {
    ...{ name, version, lockfileVersion, requires: true },
    packages: { '': manifest, ...Object.fromEntries(packages) },
  };
}

/** Where Node finds it: beside the package, or further up. */
function placeOf(
  /** @type {Lockfile} */ { packages },
  /** @type {string} */ from,
  /** @type {string} */ name,
) {
  for (let folder = from; ; folder = upperFolder(folder)) {
    const place = posix.join(folder, 'node_modules', name);
    if (place in packages) return place;
    if (folder === '') return undefined;
  }
}

function upperFolder(/** @type {string} */ folder) {
  const end = folder.lastIndexOf('/node_modules/');
  return end === -1 ? '' : folder.slice(0, end);
}

function needsOf(
  /** @type {Package} */ { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta },
) {
  const optional = Object.keys(optionalDependencies ?? {});
  const needed = Object.keys(dependencies ?? {}).filter((name) => !optional.includes(name));
  const peers = Object.keys(peerDependencies ?? {}).filter(
    (name) => peerDependenciesMeta?.[name]?.optional !== true,
  );
  return [
    ...[...needed, ...peers].map((name) => ({ name, isOptional: false })),
    ...optional.map((name) => ({ name, isOptional: true })),
  ];
}

function withoutDev(/** @type {Package} */ package_) {
  return Object.fromEntries(Object.entries(package_).filter(([key]) => key !== 'dev'));
}
