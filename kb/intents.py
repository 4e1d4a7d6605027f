"""What a person wants of the desk itself: a greeting, a yes, the state of a case, a human."""

import re

_POLITE = (
    r"(?:por favor|porfa(?:vor)?|gracias|muchas gracias|si senor[a]?|senor(?:a|ita)?|ingenier[oa]|doctor[a]?|"
    r"buen[oa]s?(?: dias?| tardes?| noches?)?|hola+|pls|please|xfa|ya|pues|claro|ok|vale|radica|amig[oa]|muy amable[s]?)"
)

_WHOLE: dict[str, str] = {
    "greeting": r"hola+|holi|buen[oa]s?(?: (?:dias?|tardes?|noches?))?|buen dia|saludos|cordial saludo|que tal|alo|hi|hello|hey"
    r"|good (?:morning|afternoon|evening)|como (?:esta[ns]?|le va|les va)|que mas|ola|inicio|start|hay alguien|are you there",
    "thanks": r"(?:muchas |mil |muchisimas )?gracias(?: totales| por (?:todo|la ayuda|su ayuda))?|muy amables?|mil gracias|se agradece"
    r"|le[s]? agradezco(?: mucho)?|thanks(?: a lot)?|thank you(?: (?:so|very) much)?|thx|agradecid[oa]|excelente(?: servicio)?|genial|perfecto|super",
    "yes": r"s[i]+p?|claro(?: que si)?|correcto|exacto|asi es|de acuerdo|dale|listo|ok(?:ay)?|vale|afirmativo|por supuesto|obvio|"
    r"si (?:ya )?(?:quedo|funciona|funciono|sirvio|sirve|resuelto|esta bien|se resolvio)|ya (?:quedo|funciona|funciono|sirve|sirvio|se arreglo|esta(?: resuelto)?)|"
    r"quedo (?:bien|perfecto|resuelto|listo)|me sirvio|si me sirvio|resuelto|solucionado|si,? (?:resuelto|soy yo|acepto)|acepto|confirmo|confirmado|envi(?:ar|elo|alo)|mandelo|"
    r"yes|yep|yeah|sure|correct|it works(?: now)?|works now|fixed|solved|agreed|si por favor",
    "no": r"no+|nop|nel|negativo|para nada|todavia no|aun no|no (?:era eso|es eso|me sirvio|sirvio|funciono|quedo|senor|acepto|gracias)|nada|"
    r"sigue (?:igual|fallando|lo mismo|sin funcionar)|no,? sigue (?:igual|fallando|lo mismo)|nope|not (?:yet|really)|still (?:failing|broken|the same)|it does(?:n t| not) work",
    "status": r"(?:y )?(?:como|que) va[n]?(?: (?:mi|el|lo de mi|con mi|mis|los) ?(?:caso|ticket|solicitud|casos|radicado)s?(?: \d+)?)?|(?:hay |tienen |alguna?s? |que )+(?:novedad(?:es)?|noticias?|avances?|respuesta)"
    r"|novedades|estado(?: (?:de |del )?(?:mi |el )?(?:caso|ticket|solicitud))?(?: \d+)?|ya quedo\??|en que va(?: (?:mi|el) (?:caso|ticket))?|que paso con (?:mi|el) (?:caso|ticket|solicitud)(?: \d+)?|"
    r"(?:caso|ticket|radicado) (?:numero |no )?\d+|status(?: of (?:my )?(?:case|ticket))?|any (?:news|update)s?|cuando me (?:responden|contestan|atienden)|ya lo (?:revisaron|vieron)|"
    r"how is my (?:case|ticket)(?: going)?",
    "person": r"(?:(?:necesito|quiero|puedo|deseo|prefiero|quisiera|me gustaria|podria|comunic\w+|p[aá]s[ae]n?me|pas\w+me|dejeme) ?(?:hablar|comunicarme|conversar|chatear)? ?(?:con )?(?:un[oa]?|una|el|la)? ?)?"
    r"(?:persona(?: real)?|humano|ser humano|alguien(?: real)?|asesor(?:a)?|agente|ingenier[oa]|tecnico|operador[a]?|soporte humano)|hablar con alguien|persona real|"
    r"(?:talk|speak) to (?:a |an )?(?:human|person|agent|somebody|someone)|human|agent",
    "robot": r"(?:(?:usted |tu )?(?:es|eres|sos)|estoy hablando con|hablo con|esto es) (?:un |una )?(?:robot|bot|maquina|persona|humano|automatico|ia|inteligencia artificial)|es un bot|"
    r"are you (?:a )?(?:robot|bot|human|real)|quien (?:es usted|eres|habla|me atiende)",
    "help": r"ayuda|ayudeme|me ayuda|help|opciones|menu|que (?:puede[s]?|sabe[s]?) hacer|como funciona(?: esto)?|comandos|what can you do",
    "new": r"nuevo|nuevo (?:caso|ticket)|(?:quiero |necesito )?(?:abrir|crear|registrar|radicar|reportar|poner)(?: un| otro)?(?: nuevo)? (?:caso|ticket|problema|incidente)|es algo nuevo|otro problema|es otra cosa|new(?: (?:case|ticket))?|tengo (?:un|otro) problema",
    "cancel": r"cancelar|salir|cancel|exit|quit|dejar asi|dejemos asi|olvidelo|olvidalo|ya no quiero|no quiero seguir|terminar|descartar|mejor no|forget it|stop",
    "back": r"volver|atras|regresar|devolverme|anterior|back|paso anterior|go back",
    "list": r"(?:ver )?mis (?:casos|tickets|solicitudes|radicados)|casos|que casos tengo|(?:casos|tickets) abiertos|my (?:cases|tickets)|cases|tickets|lista(?:r)?(?: mis)? casos",
    "not_yet": r"todavia no(?: (?:puedo|se|pruebo|he (?:probado|podido)|lo he probado))?|aun no(?: (?:puedo|se|pruebo|he (?:probado|podido)|lo he probado))?|no he (?:podido )?prob(?:ado|ar)|"
    r"(?:luego|mas tarde|despues|manana) (?:pruebo|reviso|le (?:aviso|confirmo|digo)|confirmo)|deme (?:un (?:momento|rato)|tiempo)|espere(?: un momento)?|estoy probando|not yet|i (?:have not|haven t) tried(?: yet)?|later",
    "worse": r"(?:esta |se puso |va )?(?:empeoro|empeorando|peor|mas grave)|(?:ahora )?(?:ya )?(?:le|les)? ?(?:esta )?pasa(?:ndo)? a (?:todos|mas personas|mas gente|varios)|ahora es (?:todo|general|a todos)|se extendio|ahora tampoco|it got worse|getting worse|now it s everybody|ahora nadie puede",
    "withdraw": r"ya no (?:lo |la )?(?:necesito|necesitamos|requiero|hace falta|es necesario)|(?:retir(?:ar|en|o)|cerrar|cierren|cancelen|anular|cancelar) (?:el|mi|ese|este) (?:caso|ticket|solicitud)(?: \d+)?|se (?:resolvio|arreglo) sol[oa]|"
    r"no (?:longer|es) (?:need(?:ed)?|necesario)(?: it)?|withdraw(?: (?:it|my case))?|close (?:my|the) (?:case|ticket)",
    "dont_know": r"no (?:lo )?se(?: decir(?:lo|le)?| bien| que decir| cual)?|ni idea|no (?:tengo|tenemos) idea|no estoy segur[oa]|quien sabe|no sabria decirle|otro|otra|i (?:don t|do not) know|no idea|not sure|ninguna de (?:esas|las anteriores)|no sabemos",
    "privacy": r"privacidad|(?:politica de )?(?:datos personales|privacidad|tratamiento de datos)|habeas data|borr(?:ar|en|e) mis datos|que (?:datos|informacion) (?:guardan|tienen)(?: de mi| mia)?|elimin(?:ar|en) mis datos|privacy|delete my data",
}  # fmt: skip

_INSIDE: dict[str, str] = {
    "thanks": r"\bgracias\b|\bthank(?:s| you)\b|\bmuy amables?\b|\bagradec\w+",
    "status": r"\b(?:como va (?:mi|el|lo de)|en que va|que paso con (?:mi|el) (?:caso|ticket|solicitud)|alguna novedad|hay novedad\w*|any (?:news|update)|status of (?:my|the)|estado (?:de|del) (?:mi )?(?:caso|ticket))\b",
    "person": r"\b(?:(?:hablar|comunicarme|conversar|contactar(?:me)?|comuniqu?e\w*|pas[ae]\w*me) (?:directamente )?con (?:un[oa]? |el |la )?(?:persona|human\w+|alguien|asesor\w*|agente|ingenier\w+|tecnic\w+|supervisor\w*)|persona real|(?:talk|speak) (?:to|with) (?:a |an )?(?:human|person|agent|someone|somebody|real))\b",
    "robot": r"\b(?:es (?:usted )?un (?:robot|bot)|eres un (?:robot|bot)|are you a (?:ro)?bot)\b",
    "new": r"\b(?:(?:abrir|crear|registrar|radicar) (?:un |otro )?(?:nuevo )?(?:caso|ticket)|open a (?:new )?(?:case|ticket))\b",
    "list": r"\b(?:mis (?:casos|tickets)|my (?:cases|tickets))\b",
    "worse": r"\b(?:empeoro|esta peor|ahora (?:ya )?(?:les? )?pasa a (?:todos|mas)|se extendio|ahora nadie|ahora es a todos|got worse|getting worse|now (?:it s )?everyone)\b",
    "withdraw": r"\b(?:ya no (?:lo |la )?(?:necesito|necesitamos|es necesario|hace falta)|se (?:resolvio|arreglo) sol[oa]|(?:pueden|puede) cerrar (?:el|mi) (?:caso|ticket)|no longer need)\b",
    "not_yet": r"\b(?:todavia no (?:he |lo |puedo )?(?:prob|revis)\w*|aun no (?:he |lo |puedo )?(?:prob|revis)\w*|no he (?:podido )?prob\w+|luego (?:pruebo|le confirmo)|haven t tried)\b",
    "privacy": r"\b(?:borr\w+ mis datos|elimin\w+ mis datos|datos personales|habeas data|delete my data)\b",
    "no": r"^no\b(?! (?:hay|pasa|abre|carga|me|se|puedo|deja|funciona|guarda|imprime|descarga|llega|entra|esta|da|ha|tengo|tenemos|podemos|encuentro|veo|aparece|sale|responde|muestra|registra|captura|quedo guardad))|\bsigue (?:igual|fallando|lo mismo)\b|\bno (?:quedo|se arreglo|se soluciono|se resolvio)\b|\bstill (?:failing|broken)\b",
    "yes": r"^(?:si|yes)\b(?=[ ,.!]*(?:ya|senor|funcion|quedo|sirv|gracias|resuelto|it|thanks|por favor|$))|\bya (?:quedo|funciona|funciono|sirve|sirvio|se (?:arreglo|soluciono|resolvio))\b(?! mal)|\bse (?:soluciono|resolvio)\b|\bquedo (?:bien|perfecto|funcionando|resuelto)\b|\bit works now\b",
    "greeting": r"^(?:hola+|buen[oa]s?(?: dias?| tardes?| noches?)?|buen dia|saludos|cordial saludo|hi|hello|hey|good (?:morning|afternoon|evening))\b",
    "help": r"^(?:ayuda|help)$",
    "dont_know": r"^(?:no se|ni idea|i don t know)\b(?= *$|,)",
}  # fmt: skip

_WHOLE_PATTERNS = {
    name: re.compile(rf"(?:{_POLITE}\s+)*(?:{pattern})(?:\s+{_POLITE})*") for name, pattern in _WHOLE.items()
}
_INSIDE_PATTERNS = {name: re.compile(pattern) for name, pattern in _INSIDE.items()}
_PUNCTUATION = re.compile(r"[^\w\s]+|_")
_RANK = ("person", "worse", "withdraw", "not_yet", "status", "list", "new", "cancel", "back", "privacy", "robot", "dont_know", "no", "yes", "help", "thanks", "greeting")

# "ya quedó" tells, "¿ya quedó?" asks.
_DONE = re.compile(r"\bya quedo\b")
_THUMBS = {"👍": "yes", "👌": "yes", "✅": "yes", "👎": "no", "❌": "no", "🙏": "thanks", "❤": "thanks", "👋": "greeting"}


def words(folded: str) -> str:
    """A folded message without punctuation, as the patterns expect it."""
    return " ".join(_PUNCTUATION.sub(" ", folded).split())


def only(folded: str) -> str | None:
    """The intent of a message that says nothing else; the most consequential where two fit."""
    said = words(folded)
    if not said or len(said) > 90:
        return None
    asked = "?" in folded
    whole = {name for name, pattern in _WHOLE_PATTERNS.items() if pattern.fullmatch(said)}
    if _DONE.search(said):
        whole -= {"yes"} if asked else {"status"}
    return next((name for name in _RANK if name in whole), None)


def all_of(folded: str) -> frozenset[str]:
    """Every intent found in a message, be it the whole or a part of it."""
    said = words(folded)
    found = {name for name, pattern in _INSIDE_PATTERNS.items() if pattern.search(said)}
    whole = only(folded)
    if whole == "status":
        found -= {"yes"}
    return frozenset(found | {whole}) if whole else frozenset(found)


def of_emoji(text: str) -> str | None:
    """What a lone emoji says, where it says anything."""
    return next((intent for sign, intent in _THUMBS.items() if sign in text), None)
