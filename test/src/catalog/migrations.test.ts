import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCatalog } from '../../../src/catalog/catalog.ts';
import { migrations } from '../../../src/catalog/migrations.ts';
import { openDatabase } from '../../../src/sqlite.ts';
import { temporaryFolder } from '../engine.ts';

/** What every version has had. */
const rows = `
  INSERT INTO roots (name, path, state) VALUES ('animals', '/animals', 'online');
  INSERT INTO contents (sha256, bytes, kind, width, height, phash) VALUES ('${'a'.repeat(64)}', 9, 'png', 3, 2, '0123456789abcdef');
  INSERT INTO images (root, path, path_nfc, name_nfc, content, bytes, mtime_ms)
    VALUES (1, 'train/tiger/1.png', 'train/tiger/1.png', '1.png', 1, 9, 5);
  INSERT INTO spaces (fingerprint, backbone, folder, dim, revision) VALUES ('0123456789abcdef', 'lite', 'lite', 2, 1);
  INSERT INTO embeddings (space, content, revision, length, vector, provenance) VALUES (1, 1, 1, 2.5, x'003c0000', 'a test');
`;
const labelled = `
  INSERT INTO label_names (name) VALUES ('tiger');
  INSERT INTO labels (content, label, origin, at) VALUES (1, 1, 'cli', 7);
`;

test.each(migrations.map((_, n) => n + 1))(
  'a catalog of version %d is brought up to date with all that is in it',
  (version) => {
    const path = join(temporaryFolder(), 'catalog.db');
    const db = openDatabase(path);
    for (const sql of migrations.slice(0, version)) db.exec(sql);
    db.exec(rows);
    const hasLabels = version >= 5;
    if (hasLabels) db.exec(labelled);
    db.exec(`PRAGMA user_version = ${version}`);
    db.close();

    const catalog = openCatalog(path);
    const image = catalog.images.find({ image: 'train/tiger/1.png' });
    expect(image).toMatchObject({ root: 'animals', contentId: 1, label: hasLabels ? 'tiger' : null, prediction: null });
    const space = catalog.spaces.find('0123456789abcdef')!;
    expect(space).toMatchObject({ pooling: null, cut: null, base: null });
    expect(catalog.embeddings(space).get(1)).toEqual({ vector: Float32Array.of(1, 0), length: 2.5 });
    expect(catalog.training.labelled(space, null, 10).map(({ label }) => label)).toEqual(hasLabels ? ['tiger'] : []);
    expect([catalog.heads.list(), catalog.heads.inUse()]).toEqual([[], undefined]);
    expect(catalog.folderLabels.ofImage(image.id)).toMatchObject({ split: 'train' });
    catalog.close();
  },
);
