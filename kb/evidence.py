"""Signs in the words themselves: whose slip it was, a question of how, or a fault that is real."""

import re
from dataclasses import dataclass

_WHO = r"(?:usuari|medic|radiolog|doctor|especialist|paciente|companer|equip|modalidad|sede|estacion|"
_WHO += r"sala|computador|consola|persona|recepcion|informe|orden|cliente|empresa|ciudad|sucursal)"

_EVERYBODY = re.compile(
    r"\b(?:nadie (?:puede|logra|ve|entra|tiene|trabaja|abre|accede|pudo|ha podido|recibe|le|consigue|dicta|mas)|"
    rf"(?:a|para) nadie|todo el mundo|a tod[oa]s|para tod[oa]s|tod[oa]s (?:l[oa]s |nuestr[oa]s )?{_WHO}\w*|"
    rf"tod[oa]s perdemos|tod[oa]s sin|ningun[oa]? {_WHO}\w*|(?:en |a )?cada {_WHO}\w*|"
    r"en ningun[oa]?|ningun[oa] (?:puede|logra|abre|ve)|toda la (?:clinica|sede|institucion|red|unidad)|"
    r"todo el (?:personal|hospital|edificio|sistema|equipo medico|servicio)|varias sedes|todas partes|"
    r"en todo lado|ambas sedes|en general|generalizad[oa]|ni desde \w+ ni|les pasa a (?:todos|varios|los demas)|"
    r"(?:tres|cuatro|cinco|seis|ocho|diez|varios|varias|muchos|muchas|cientos de|mas de \w+) "
    r"(?:usuari|equip|modalidad|sede|estacion|recepcion|consultorio|sala|computador|ciudad)\w*|"
    r"todos nosotros|everybody|everyone|nobody|all (?:the )?(?:users|sites|doctors|patients)|"
    r"no (?:one|users?) can)\b"
)
_DOWN = re.compile(
    r"\b(?:caid[oa]s?|se (?:nos )?cayo (?:el|la|todo|sgm|ris|pacs)|se cae|abajo|(?:esta|quedo|sigue) muert[oa]|"
    r"no (?:levanta|arranca|inicia|monta|responde|vuelve|sube)|fuera de servicio|sin sistema|"
    r"no funciona (?:nada|nadie)|nada funciona|no hay sistema|colapso|inaccesible|no abre nada|"
    r"no sirve nada|tod[oa] (?:detenid|parad|paralizad)[oa]|is down|are down|nothing works|crash\w*)\b"
)
_POWER = re.compile(
    r"\b(?:se (?:nos )?fue la (?:luz|energia)|apagon|corte (?:de luz|de energia|electrico)|"
    r"(?:fallo|falla) electric[oa]|(?:volvio|regreso|llego) la (?:luz|energia)|bajon de|"
    r"pico de voltaje|hubo un corto|corto(?:circuito| en la)|power (?:cut|outage|failure)|blackout)\b"
)
_MACHINE = re.compile(
    r"\b(?:error (?:\d+|interno|de (?:java|base|sistema|servidor|conexion|aplicacion|plataforma|sintaxis))|"
    r"excepcion|exception|servicio no disponible|tiempo de espera|timeout|fallo interno|transaccion|"
    r"sol[oa]s? (?:se|dos|crea|genera|duplica|saca|manda)|se \w+ sol[oa]s?|por si sol[oa]|"
    r"automaticamente (?:se|sin)|sin que nadie|nadie (?:estaba|toco|hizo)|de la nada|"
    r"por (?:culpa|falla|error) del (?:sistema|ris|pacs|programa)|un solo clic|con un clic|"
    r"adquirid[oa]s correctamente|se hizo bien|bien (?:tomad|hech|adquirid|registrad|digitad)[oa]s?|"
    r"se congela\w*|congelad[oa]|internal error|by itself)\b"
)
_PERSISTS = re.compile(
    r"\b(?:ya (?:probamos|probe|revisamos|revise|reinici\w+|verifi\w+|valid\w+|cambiamos|cambie|intent\w+|"
    r"segui|seguimos|limpi\w+|desinstal\w+|actualic\w+|lo hice|lo intente|(?:hice|hicimos) (?:lo|los|eso|todo|la|las))|revisamos|"
    r"verificamos|sigue (?:igual|sin|fallando|saliendo|el mismo|con)|persiste|aun asi|y nada|"
    r"distint[oa]s? (?:pc|disco|equipo|navegador)\w*|(?:varios|otros|diferentes|cualquier) "
    r"(?:navegador|equipo|computador|celular|disco)\w*|otro (?:navegador|computador|equipo|disco|pc) y|"
    r"comprobado con|soporte (?:local|de la sede|tecnico) (?:ya |lo )?(?:revis|verific|valid|comprob)\w+|"
    r"no (?:me )?aparece (?:el boton|la opcion|editar)|soy (?:la |el )?administrador\w*|"
    r"(?:tampoco|no) me (?:sirvio|funciono)|we (?:already )?(?:tried|checked)|still (?:fails|not))\b"
)
_SUDDEN = re.compile(
    r"\b(?:desde (?:ayer|hoy|anoche|temprano|esta|la (?:manana|madrugada|actualizacion|noche)|el|las|hace)|"
    r"de repente|de pronto|de un momento a otro|ayer (?:estaba|funcionaba|si)|dej(?:o|aron) de|since)\b"
)
_SLIP = re.compile(
    r"\b(?:(?:me|nos|se) (?:equivo\w+|confund\w+|enred\w+)|equivocad[oa]s?|equivocacion|"
    r"por (?:error|equivocacion|accidente|descuido|confusion)(?! de[l ])|error (?:mio|nuestro|de (?:caja|admision\w*|digitacion|dedo|nosotros))|"
    r"descuido|sin querer|sin darme cuenta|(?:me|nos) falto|se (?:me|nos) (?:paso|fue|olvido|escapo|borro)|"
    r"olvid(?:amos|aron)|olvide (?:cambiar|poner|aplicar|cerrar|guardar|conectar|abrir|marcar|prender)|"
    r"(?:puse|pusimos|puso|pusieron|digit\w+|tecle\w+|escrib\w+|registr\w+|ingres\w+|anot\w+|marc\w+|cre\w+|arm\w+|qued\w+|tom\w+|carg\w+|sub\w+) (?:\w+ )?mal|"
    r"mal (?:digitad|escrit|ingresad|registrad|puest|asociad|marcad|tomad|cargad|hech|armad|seleccionad|configurad|creo)\w*|"
    r"al reves|inverti\w*|invirt\w+|en (?:vez|lugar) de|cuando (?:era|debia)|y (?:era|debia|iba|llevaba|no (?:era|llevaba|iba))|siendo|"
    r"(?:escog|eleg|selec|elig)\w+ (?:mal|otr[oa]|el que no|la que no|un[oa]? que no)|eligio|"
    r"(?:que|el|la|los|las) que no (?:era|es|correspond)\w*|de otr[oa] (?:paciente|persona|senor|senora|cita|ficha|nino|orden|sede|convenio)\w*|"
    r"no (?:aplic|conect|inici|abri|guard|marc|prend|cambi|quit|le di|actualiz)(?:e|o|amos|aron|imos|io)?\b|"
    r"tecle(?:e|amos|o)|digit(?:e|amos|aron)\b|copi(?:e|amos)|(?:fue|era) (?:mio|mia|nuestr[oa]|yo)|fui yo|por nosotros|"
    r"(?:escribi|ingrese|registre|adjunte|escanee|subi|facture|agregue|agregamos|marque|marcamos|cambie|moví|movi|quite|borre|pase|desconecte|desinstale|escribimos|pusimos|facturamos|escaneamos|cargamos|usamos|hicimos|adquirimos|enviamos|mande|elegi|escogi|escogimos|puse)\b|"
    r"(?:le di|di|dimos|hice) (?:\w+ )?(?:publicar|firmar|finalizar|clic|doble|dos|varias|otr[oa])|"
    r"(?:companer[oa]|auxiliar|cajer[oa]|practicante|operador\w*|tecnic[oa]|tecnolog[oa]|recepcionista|secretaria|licenciad[oa]|de turno|de admisiones|muchach[oa]) "
    r"(?:\w+ ){0,2}(?:escribio|puso|eligio|tomo|cre[oa]|digito|marco|oprimio|adquirio|registro|hizo|facturo|cobro|armo|aplico|finalizo|conecto|ingreso)|"
    r"duplic\w+ porque|by mistake|my mistake|wrong(?:ly)?|i (?:typed|entered|forgot to|chose)|we (?:typed|entered|chose|sent))\b"
)
_RECOVERED = re.compile(
    r"\b(?:ah,? (?:para|ya|no|era|perdon|espere)|es que (?:el|la|lo|tenia|estaba|no|me|le)|era que|resulta que|"
    r"(?:solo )?estaba (?:escondid|filtrad|buscando|en otr|apagad|desconectad|mut|silenciad)\w*|no, (?:solo|era|estaba)|"
    r"tenia(?:mos)? (?:el|la|puest|un|otr)\w*|ya vi (?:que|era))\b"
)
_HOW = re.compile(
    r"\b(?:como (?:se |lo |la |los |las |le |me |nos |puedo |podemos |hago |hacemos |hacer |debo |elimin|"
    r"edit|corrij|corrig|arregl|cambi|export|imprim|agend|filtr|bloque|us|mid|rot|busc|consult|quit|"
    r"devuelv|regres|actualiz|agreg|enlaz|un[oi]|fusion|ligo|hallo|saco|guard|firm|quem|entren|dict|"
    r"evit|descarg|program|reprogram|cancel|pongo|renuev|extiend|cobr|reabr|inviert|compar|pas[oa]|limpi|registr|conect)\w*|"
    r"donde (?:esta |edit|cambi|corrij|actualiz|consult|configur|veo|pongo|encuentr|qued|se |puedo |hago |bajo)\w*|"
    r"con que (?:tecla|boton|dedo)|(?:cual|cuales) (?:es|son|toca|dedo|tecla|boton|seria|formato|navegador|campo|paso|debo|link|direccion|uso)|"
    r"en que (?:momento|formato|parte|orden|carpeta|menu)|cuant[oa]s \w+ (?:caben|se|son)|que (?:tecla|boton|programa|formato|dedo|significa)|"
    r"me (?:ensenan?|explican?|indican?|orientan?|guian?|dicen como|regalan)|instructivo|manual de|hay (?:manual|guia|un manual|una guia)|"
    r"no se (?:como|que boton|donde|cual|usar|el procedimiento)|quisiera saber (?:como|donde|cual)|quiero saber como|"
    r"se puede (?:quitar|borrar|corregir|cambiar|editar|eliminar)|tutorial|pasos para|how (?:do|can|to)|where (?:do|can|is)|which (?:key|button))\b"
)
_ASK = re.compile(
    r"^(?:por favor |favor |porfa )?(?!ver |estar |ayer|hay|ir )(?:\w{3,}(?:ar|er|ir)(?:l[aeo]s?|nos|me)?|(?:necesit|requer|requier|quer|solicit|ped|ocup|dese)"
    r"(?:o|amos|imos|emos|ito)\b|que (?:el|la|los|las|al|en|se)|manden|envien|generen|creen|agreguen|modifiquen|"
    r"habiliten|activen|cambien|pongan|suban|pasen|den de)\b"
)
_ONE = re.compile(
    r"\b(?:solo a (?:est[ae]|un[oa]?|mi)|a (?:un|una|este|esta) (?:solo )?(?:paciente|senor|senora)|"
    r"(?:los|las) (?:de al lado|demas|otros|otras|companeros|ninas) (?:\w+ )?(?:trabaja|entra|bien|si)\w*|"
    r"solo en mi|mi (?:equipo|pantalla|pc|computador|puesto)|only (?:me|my))\b"
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Each a phrase found in the message, or "" where there is none."""

    everybody: str
    down: str
    power: str
    machine: str
    persists: str
    sudden: str
    slip: str
    recovered: str
    how: str
    one: str
    ask: str

    @property
    def stopped(self) -> bool:
        """Words of a general stop: urgency outranks ceremony (U16)."""
        return bool(self.power or (self.down and (self.everybody or not self.slip)))

    @property
    def fault(self) -> tuple[str, ...]:
        """What speaks for a real fault, strongest first."""
        signs = (self.power, self.down, self.everybody, self.machine, self.persists)
        return tuple(sign for sign in signs if sign)

    @property
    def real(self) -> bool:
        """A fault too plain to be answered with a guide, whatever else the message says."""
        if self.recovered:
            return False
        plain = self.power or self.everybody or self.machine or self.persists
        return bool(plain or (self.down and not self.slip))

    @property
    def own(self) -> tuple[str, ...]:
        """What speaks for something that the person or a colleague did or asks how to do."""
        return tuple(sign for sign in (self.slip, self.recovered, self.how, self.one) if sign)


def gather(folded: str) -> Evidence:
    """The signs in a folded message."""
    return Evidence(
        everybody=_first(_EVERYBODY, folded),
        down=_first(_DOWN, folded),
        power=_first(_POWER, folded),
        machine=_first(_MACHINE, folded),
        persists=_first(_PERSISTS, folded),
        sudden=_first(_SUDDEN, folded),
        slip=_first(_SLIP, folded),
        recovered=_first(_RECOVERED, folded),
        how=_first(_HOW, folded),
        one=_first(_ONE, folded),
        ask=_first(_ASK, folded),
    )


def _first(pattern: re.Pattern[str], folded: str) -> str:
    found = pattern.search(folded)
    return found[0].strip() if found else ""
