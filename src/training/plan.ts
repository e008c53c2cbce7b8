import { PixkinError } from '../errors.ts';
import { nearCopyGroups } from '../head/near-copies.ts';
import { type HeadOptions, type ResolvedHeadOptions, resolveHeadOptions } from '../head/options.ts';
import { assignFolds, groupsPerClass, type Splittable, type Splitting, splitPictures } from '../head/split.ts';
import { checkTrainingData, type TrainingData } from '../head/training-data.ts';

/** What a training does with which pictures. */
export interface Plan {
  readonly options: ResolvedHeadOptions;
  readonly labels: readonly string[];
  /** The class of each picture. */
  readonly given: Uint32Array;
  readonly splitting: Splitting;
  /** The fold of each picture of `splitting.train`, 0 to `foldCount - 1`. */
  readonly folds: Uint8Array;
  /** 0: no cross-validation. */
  readonly foldCount: number;
  /** Pictures that get a judgement from a head which saw others of their class, but not them. */
  readonly judged: Uint32Array;
  /** For people: what could not be done as usual. */
  readonly notes: readonly string[];
}

/**
 * @throws PixkinError `training_data_invalid`: also where fewer than two labels have a picture to train on; `invalid_request`: an option
 */
export function planTraining(data: TrainingData, asked: HeadOptions): Plan {
  const { labels, given } = checkTrainingData(data);
  const options = resolveHeadOptions(asked, { pictures: given.length, classes: labels.length });
  const pictures: Splittable = {
    given,
    classes: labels.length,
    groups: nearCopyGroups(data.pictures.map(({ phash }) => phash)),
    splits: data.pictures.map(({ split }) => split ?? null),
  };
  const splitting = splitPictures(pictures, options.holdout, options.seed);
  const { train, validation, test } = splitting;
  const groups = groupsPerClass(pictures, train);
  if (groups.filter((count) => count > 0).length < 2) {
    const message = 'at least two labels must have a picture to train on: the splits leave fewer of them in train';
    throw new PixkinError('training_data_invalid', message);
  }
  const most = new Set(Array.from(train, (i) => pictures.groups[i]!)).size;
  const foldCount = Math.min(options.folds, most) < 2 ? 0 : Math.min(options.folds, most);
  const folds = foldCount > 0 ? assignFolds(pictures, train, foldCount, options.seed) : new Uint8Array(train.length);
  const judged = Uint32Array.from([
    ...(foldCount > 0 ? train.filter((i) => groups[given[i]!]! > 1) : []),
    ...validation.filter((i) => groups[given[i]!]! > 0),
    ...test.filter((i) => groups[given[i]!]! > 0),
  ]).sort();
  const notes = notesOf({ labels, groups, splitting, options, asked });
  return { options, labels, given, splitting, folds, foldCount, judged, notes };
}

/** Names that a note lists before it says how many more there are. */
const listed = 5;

function notesOf(o: {
  labels: readonly string[];
  groups: Uint32Array;
  splitting: Splitting;
  options: ResolvedHeadOptions;
  asked: HeadOptions;
}): string[] {
  const { labels, groups, splitting, options, asked } = o;
  const named = (wanted: number): string | null => {
    const names = labels.filter((_, c) => groups[c] === wanted);
    if (names.length === 0) return null;
    const more = names.length > listed ? `, … (${names.length} in all)` : '';
    return `${names.slice(0, listed).join(', ')}${more}`;
  };
  const notes: string[] = [];
  const none = named(0);
  const single = named(1);
  if (none) notes.push(`no picture to train on, so it cannot be told: ${none}`);
  if (single)
    notes.push(`one picture to train on, or near-copies of one, so how well it is told is not known: ${single}`);
  if (splitting.validation.length === 0) {
    notes.push('nothing is held out: probabilities are not calibrated, and no picture is unknown');
  }
  if (splitting.leaks > 0) {
    notes.push(
      `near-copies of training pictures among those given for validation or testing: ${splitting.leaks}; what is measured on them is too good`,
    );
  }
  if (options.folds === 0 && asked.folds === undefined) {
    notes.push(
      'wrong labels are looked for among the held-out pictures only: with so many labels folds must be asked for',
    );
  }
  return notes;
}
