// Proves that the fast book keeps every rule of a book.

import { FastBook } from './fast-book.ts';
import { provesBook } from './book.suite.ts';

provesBook((limits) => new FastBook(limits));
