/** What the practice has shared: by kind, searched by title, and which of it is on this device. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { FileImage, FileText, FolderOpen, SearchX } from 'lucide-react'
import { useState } from 'react'
import type { SharedDocument } from '../../../shared/domains/documents/schema.ts'
import { sizeOf } from '../../../shared/kernel/file-size.ts'
import type { FilesView } from '../../replica/file-views.ts'
import { useFiles } from '../../replica/session-context.tsx'
import { Field, TextField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/panel.tsx'
import { dateOf } from '../../ui/time.ts'
import { KeptState } from './components/kept-state.tsx'
import styles from './documents.module.css'
import { useDocuments } from './queries.ts'
import { CATEGORIES, type Category, useCategoryWords } from './words.ts'

function DocumentLine({ document, files }: { document: SharedDocument; files: FilesView }) {
  const { i18n } = useLingui()
  const words = useCategoryWords()
  const { id, title, category, mimeType, bytes, sharedAt, sharedByName } = document
  const Icon = mimeType.startsWith('image/') ? FileImage : FileText
  const [date, size] = [dateOf(i18n.locale, sharedAt), sizeOf(i18n.locale, bytes)]
  return (
    <li>
      <Link to="/documents/$documentId" params={{ documentId: id }} className={styles.line}>
        <Icon size={24} aria-hidden />
        <span className={styles.what}>
          <strong>{title}</strong>
          <span className={styles.soft}>
            {words[category]} · {sharedByName} · {date} · <span className={styles.whole}>{size}</span>
          </span>
          <KeptState file={files[id]} />
        </span>
      </Link>
    </li>
  )
}

const matches = (text: string, words: string) =>
  words
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.toLocaleLowerCase().includes(word))

export function DocumentsPage() {
  const { t } = useLingui()
  const names = useCategoryWords()
  const documents = useDocuments()
  const files = useFiles()
  const [words, setWords] = useState('')
  const [category, setCategory] = useState<Category | ''>('')
  if (documents === undefined) return <Page title={t`Documents`}>{null}</Page>
  const found = documents.filter(
    (one) =>
      (category === '' || one.category === category) &&
      matches(`${one.title} ${one.sharedByName} ${names[one.category]}`, words.trim()),
  )
  return (
    <Page title={t`Documents`}>
      {documents.length === 0 ? (
        <EmptyState icon={FolderOpen} title={<Trans>No documents yet</Trans>}>
          <p>
            <Trans>Letters, plans and results that your practice shares with you appear here.</Trans>
          </p>
        </EmptyState>
      ) : (
        <search className={styles.tools}>
          <TextField
            id="document-search"
            label={t`Search your documents`}
            value={words}
            onChange={setWords}
          />
          <Field id="document-category" label={t`Kind`}>
            <select
              id="document-category"
              value={category}
              onChange={({ target }) => setCategory(CATEGORIES.find((one) => one === target.value) ?? '')}
            >
              <option value="">{t`All kinds`}</option>
              {CATEGORIES.map((one) => (
                <option key={one} value={one}>
                  {names[one]}
                </option>
              ))}
            </select>
          </Field>
        </search>
      )}
      <p className="visually-hidden" role="status">
        {words.trim() === '' && category === '' ? null : (
          <Plural value={found.length} one="# document found" other="# documents found" />
        )}
      </p>
      {documents.length > 0 && found.length === 0 ? (
        <EmptyState icon={SearchX} title={<Trans>Nothing found</Trans>}>
          <p>
            <Trans>Try fewer or other words, or all kinds.</Trans>
          </p>
        </EmptyState>
      ) : null}
      {found.length > 0 ? (
        <ul className={styles.list}>
          {found.map((document) => (
            <DocumentLine key={document.id} document={document} files={files} />
          ))}
        </ul>
      ) : null}
    </Page>
  )
}
