// Proves that the naive book keeps every rule of a book.

import { NaiveBook } from './naive-book.ts';
import { provesBook } from './book.suite.ts';

provesBook((limits) => new NaiveBook(limits));
