/**
 * The catalog's tables, as numbered migrations: a migration that was released is never edited, another one follows it.
 */
const firstFolder = `substr(path_nfc, 1, instr(path_nfc, '/') - 1)`;
const below = `substr(path_nfc, instr(path_nfc, '/') + 1)`;

export const migrations: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  CREATE TABLE roots (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    held INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  -- AUTOINCREMENT: a number is never given twice, also after its row has gone.
  CREATE TABLE contents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE,
    bytes INTEGER NOT NULL,
    kind TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    phash TEXT NOT NULL,
    taken_at TEXT,
    -- When its last image left the results; null while there is one.
    unused_since INTEGER
  ) STRICT;
  CREATE INDEX contents_bytes ON contents (bytes);
  CREATE INDEX contents_unused ON contents (unused_since) WHERE unused_since IS NOT NULL;

  -- A row whose gone_at is set is kept for the grace time: a file that comes back, also under another name, is that image again.
  CREATE TABLE images (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    root INTEGER NOT NULL REFERENCES roots (id),
    path TEXT NOT NULL,
    -- Normalised to NFC, as people type it: a path, and its last part.
    path_nfc TEXT NOT NULL,
    name_nfc TEXT NOT NULL,
    content INTEGER NOT NULL REFERENCES contents (id),
    bytes INTEGER NOT NULL,
    mtime_ms REAL NOT NULL,
    gone_at INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX images_path ON images (root, path) WHERE gone_at IS NULL;
  CREATE INDEX images_path_nfc ON images (path_nfc) WHERE gone_at IS NULL;
  CREATE INDEX images_name_nfc ON images (name_nfc) WHERE gone_at IS NULL;
  CREATE INDEX images_content ON images (content);

  CREATE TABLE spaces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint TEXT NOT NULL UNIQUE,
    backbone TEXT NOT NULL,
    folder TEXT NOT NULL,
    dim INTEGER NOT NULL,
    revision INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE embeddings (
    id INTEGER PRIMARY KEY,
    space INTEGER NOT NULL REFERENCES spaces (id),
    content INTEGER NOT NULL REFERENCES contents (id),
    revision INTEGER NOT NULL,
    -- Before it was divided by it.
    length REAL NOT NULL,
    -- IEEE 754 half precision, little endian.
    vector BLOB NOT NULL,
    -- Versions of what computed it, for people; no part of the space.
    provenance TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX embeddings_content ON embeddings (space, content);
  CREATE UNIQUE INDEX embeddings_revision ON embeddings (space, revision);

  CREATE TABLE removals (
    space INTEGER NOT NULL REFERENCES spaces (id),
    revision INTEGER NOT NULL,
    content INTEGER NOT NULL,
    PRIMARY KEY (space, revision)
  ) STRICT;

  CREATE TABLE failures (
    root INTEGER NOT NULL REFERENCES roots (id),
    path TEXT NOT NULL,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    mtime_ms REAL NOT NULL,
    PRIMARY KEY (root, path)
  ) STRICT;
  `,
  `
  -- What of its network a space is made of, beside the folder; null: as the manifest says.
  ALTER TABLE spaces ADD COLUMN pooling TEXT;
  ALTER TABLE spaces ADD COLUMN cut TEXT;

  -- Contents that the network of a space could not embed, although another's could.
  CREATE TABLE space_failures (
    space INTEGER NOT NULL REFERENCES spaces (id),
    content INTEGER NOT NULL REFERENCES contents (id),
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (space, content)
  ) STRICT;
  CREATE INDEX space_failures_content ON space_failures (content);
  `,
  `
  -- What the network of a space calls the classes that it tells apart, in the order of its scores.
  CREATE TABLE class_names (
    space INTEGER NOT NULL REFERENCES spaces (id),
    class INTEGER NOT NULL,
    wnid TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (space, class)
  ) STRICT, WITHOUT ROWID;

  -- The most probable classes of a content; rank 0 is the best.
  CREATE TABLE classes (
    content INTEGER NOT NULL REFERENCES contents (id),
    space INTEGER NOT NULL REFERENCES spaces (id),
    rank INTEGER NOT NULL,
    class INTEGER NOT NULL,
    p REAL NOT NULL,
    PRIMARY KEY (content, space, rank)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX classes_class ON classes (space, class, p);
  `,
  `
  -- The space whose vectors a space projects; null: it projects none.
  ALTER TABLE spaces ADD COLUMN base TEXT;

  CREATE TABLE projections (
    space INTEGER PRIMARY KEY REFERENCES spaces (id),
    -- Both float32, little endian: as many numbers as the base has; and so many for each number of the space.
    mean BLOB NOT NULL,
    components BLOB NOT NULL,
    -- Contents that it was fitted on.
    fitted INTEGER NOT NULL
  ) STRICT;
  `,
  `
  -- What a path's folders say: a split and a class, \`train/tiger\`; \`/tiger\` without a split; null: nothing.
  ALTER TABLE images ADD COLUMN class_folder TEXT GENERATED ALWAYS AS (
    CASE
      WHEN instr(path_nfc, '/') = 0 THEN NULL
      WHEN lower(${firstFolder}) NOT IN ('train', 'training', 'validation', 'valid', 'val', 'test', 'testing')
        THEN '/' || ${firstFolder}
      WHEN instr(${below}, '/') = 0 THEN NULL
      ELSE CASE lower(${firstFolder})
          WHEN 'train' THEN 'train' WHEN 'training' THEN 'train' WHEN 'test' THEN 'test' WHEN 'testing' THEN 'test'
          ELSE 'validation'
        END || '/' || substr(${below}, 1, instr(${below}, '/') - 1)
    END
  ) VIRTUAL;
  -- Thousands of images may have one content: what their folders say is found without looking at each.
  CREATE INDEX images_class_folder ON images (content, class_folder) WHERE gone_at IS NULL AND class_folder IS NOT NULL;

  CREATE TABLE label_names (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE
  ) STRICT;

  -- The label that a class folder stands for: it is renamed and merged with it.
  CREATE TABLE folder_labels (
    folder TEXT PRIMARY KEY,
    label INTEGER NOT NULL REFERENCES label_names (id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX folder_labels_label ON folder_labels (label);

  CREATE TABLE labels (
    content INTEGER PRIMARY KEY REFERENCES contents (id),
    -- null: somebody took it away, or its folders disagree or say nothing any more.
    label INTEGER REFERENCES label_names (id),
    split TEXT,
    origin TEXT NOT NULL,
    at INTEGER NOT NULL,
    -- What its folders disagree about: label or split.
    conflict TEXT
  ) STRICT;
  CREATE INDEX labels_label ON labels (label);
  CREATE INDEX labels_conflict ON labels (conflict) WHERE conflict IS NOT NULL;

  CREATE TABLE label_changes (
    id INTEGER PRIMARY KEY,
    content INTEGER NOT NULL REFERENCES contents (id),
    at INTEGER NOT NULL,
    origin TEXT NOT NULL,
    -- Names as they were then.
    label_before TEXT,
    label TEXT,
    split_before TEXT,
    split TEXT
  ) STRICT;
  CREATE INDEX label_changes_content ON label_changes (content);
  `,
  `
  CREATE TABLE heads (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Fingerprint of the space that it is tied to.
    space TEXT NOT NULL,
    at INTEGER NOT NULL,
    -- 1: its predictions are those that are shown.
    in_use INTEGER,
    -- Below that probability a content is unknown.
    threshold REAL NOT NULL,
    -- JSON, so that nothing of it needs the numbers: what lists tell, the rest that is known of it, and what it said of single contents.
    facts TEXT NOT NULL,
    detail TEXT NOT NULL,
    report TEXT NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX heads_in_use ON heads (in_use) WHERE in_use IS NOT NULL;
  CREATE INDEX heads_space ON heads (space);

  -- What a head's classes are called now: a label that is renamed or merged is so here, too.
  CREATE TABLE head_labels (
    head INTEGER NOT NULL REFERENCES heads (id),
    place INTEGER NOT NULL,
    label INTEGER NOT NULL REFERENCES label_names (id),
    PRIMARY KEY (head, place)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX head_labels_label ON head_labels (label);

  -- The most probable label of each content, also where it is not probable enough. Those of a head that is not in use are being
  -- made, or are left over: their head may have gone.
  CREATE TABLE predictions (
    content INTEGER NOT NULL REFERENCES contents (id),
    head INTEGER NOT NULL,
    label INTEGER NOT NULL REFERENCES label_names (id),
    p REAL NOT NULL,
    PRIMARY KEY (content, head)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX predictions_label ON predictions (head, label, p);
  `,
];
