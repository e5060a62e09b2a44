// 药匣: a box with its lid sealed.
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 40 40" aria-hidden="true">
      <rect width="40" height="40" rx="9" fill="#17507f" />
      <path d="M9 16.5h22v12a2.5 2.5 0 0 1-2.5 2.5h-17A2.5 2.5 0 0 1 9 28.5Z" fill="#fff" />
      <path d="M12 9h16l3 5.5H9Z" fill="#cfe0ee" />
      <circle cx="20" cy="22.5" r="4.6" fill="#b3261e" />
      <path d="M17.7 22.6l1.7 1.7 3-3.3" fill="none" stroke="#fff" strokeWidth="1.5" />
    </svg>
  );
}
